import Foundation

/// All that is known of a run of the queue from outside: the trigger's table, and the files of those who used it.
package struct History: Sendable {
    package var events: [JobEvent] = []
    package var enqueues: [Enqueue] = []
    package var starts: [Start] = []
    package var deliveries: [Delivery] = []
    package var faults: [Fault] = []
    /// Commits may have been lost: a standby that followed asynchronously was promoted.
    package var mayForget = false

    package init() {}

    /// Reads a folder of JSON lines: events, enqueues, starts, deliveries, faults. What isn't there is empty.
    package init(folder: String) throws {
        events = try Self.lines(folder, "events")
        enqueues = try Self.lines(folder, "enqueues")
        starts = try Self.lines(folder, "starts")
        deliveries = try Self.lines(folder, "deliveries")
        faults = try Self.lines(folder, "faults")
        mayForget = FileManager.default.fileExists(atPath: folder + "/may-forget")
    }

    private static func lines<Value: Decodable>(_ folder: String, _ name: String) throws -> [Value] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name).jsonl") else { return [] }
        let decoder = JSONDecoder()
        return try data.split(separator: 0x0A).map { line in
            do { return try decoder.decode(Value.self, from: line) } catch {
                throw BadLine(file: name, line: String(decoding: line, as: UTF8.self), reason: "\(error)")
            }
        }
    }

    package struct BadLine: Error, CustomStringConvertible {
        let file: String
        let line: String
        let reason: String
        package var description: String { "\(file).jsonl: \(reason): \(line)" }
    }
}
