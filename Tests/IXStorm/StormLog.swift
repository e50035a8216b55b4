import IXHistory

/// Where everybody in a storm writes down what they see.
struct StormLog: Sendable {
    let folder: String
    let enqueues: LinesFile
    let faults: LinesFile

    init(folder: String) throws {
        self.folder = folder
        enqueues = try LinesFile(folder + "/enqueues.jsonl")
        faults = try LinesFile(folder + "/faults.jsonl")
    }

    var starts: String { folder + "/starts.jsonl" }
    var deliveries: String { folder + "/deliveries.jsonl" }
}
