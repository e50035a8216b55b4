import FoundationEssentials
import IXCore
import IXStore

/// Ensures an export is imported once, and into a single store. The check uses the files beside the export and the
/// store's record of batches.
struct ImportTarget {
    let path: String
    let header: ExportHeader
    let store: any JobStore

    /// `FILE.imported`, which exists when the import was finished.
    private var finished: StateFile { StateFile(path + ".imported") }

    /// Throws `InvalidInput` when `FILE.imported` exists.
    func refuseFinished() throws(InvalidInput) {
        guard let mark = finished.read() else { return }
        let (into, at) = (try mark.text("into") ?? "?", try mark.text("at") ?? "?")
        throw InvalidInput(
            path, "was imported into \(into) at \(at), as \(path).imported says; --again repeats the import")
    }

    /// Throws `InvalidInput` when the progress file belongs to another store, because part of the jobs may run in that
    /// store.
    func refuseOther() async throws {
        let whole = MovedBatch(exportID: header.exportID, number: 0, direction: .arrived)
        guard try await !store.hasMoved(whole) else { return }
        throw InvalidInput(
            path, "is in part in another store, as \(path).progress says; continue there, or use --again")
    }

    /// Writes `FILE.imported`.
    func finish(_ progress: BulkProgress) throws(InvalidInput) {
        try finished.write(
            JSONPairs([
                ("into", JSONPairs.literal(store.location)), ("at", JSONPairs.literal(Date.now.formatted(.iso8601))),
                ("inserted", "\(progress.inserted)"), ("there_before", "\(progress.duplicates)"),
                ("refused", "\(progress.refused)"),
            ]).text)
    }
}
