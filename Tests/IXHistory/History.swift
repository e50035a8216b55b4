import Foundation

/// The external record of a run: the trigger's table, and the files of producers, programs, receiver and test.
package struct History: Sendable {
    /// Changes of rows, from the trigger's table.
    package var events: [JobEvent] = []
    /// Records of the producers.
    package var enqueues: [Enqueue] = []
    /// Records of the pipelines' programs.
    package var starts: [Start] = []
    /// Records of the receiver.
    package var deliveries: [Delivery] = []
    /// Faults injected by the test.
    package var faults: [Fault] = []
    /// The counters of each process at its last scrape; empty when nothing was scraped.
    package var counts: [ProcessCounts] = []
    /// The sums of ix_history; nil when they were not read.
    package var kept: KeptSums?
    /// True when commits may be lost, because an asynchronous standby was promoted.
    package var mayForget = false

    /// Creates an empty history.
    package init() {}

    /// Reads a folder of JSON lines: events, enqueues, starts, deliveries, faults, counts, kept. A missing file counts as empty.
    package init(folder: String) throws {
        events = try Self.lines(folder, "events")
        enqueues = try Self.lines(folder, "enqueues")
        starts = try Self.lines(folder, "starts")
        deliveries = try Self.lines(folder, "deliveries")
        faults = try Self.lines(folder, "faults")
        counts = try Self.lines(folder, "counts")
        let sums: [KeptSums] = try Self.lines(folder, "kept")
        kept = sums.first
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

    /// A line which can't be decoded.
    package struct BadLine: Error, CustomStringConvertible {
        let file: String
        let line: String
        let reason: String
        /// The file, the reason and the line.
        package var description: String { "\(file).jsonl: \(reason): \(line)" }
    }
}
