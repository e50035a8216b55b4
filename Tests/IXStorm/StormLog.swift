import IXHistory

/// The files of a storm's records: enqueues and faults of the test, counts of the daemons, starts of the programs, deliveries of the receiver.
struct StormLog: Sendable {
    let folder: String
    let enqueues: LinesFile
    let faults: LinesFile
    let counts: LinesFile
    let kept: LinesFile

    init(folder: String) throws {
        self.folder = folder
        enqueues = try LinesFile(folder + "/enqueues.jsonl")
        faults = try LinesFile(folder + "/faults.jsonl")
        counts = try LinesFile(folder + "/counts.jsonl")
        kept = try LinesFile(folder + "/kept.jsonl")
    }

    var starts: String { folder + "/starts.jsonl" }
    var deliveries: String { folder + "/deliveries.jsonl" }
}
