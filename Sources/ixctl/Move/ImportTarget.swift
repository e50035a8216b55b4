import FoundationEssentials
import IXCore
import IXStore

/// Sees to it that the jobs of a file come into one store and once: by what stands beside the file, and by what the store
/// remembers.
struct ImportTarget {
    let path: String
    let header: ExportHeader
    let store: any JobStore

    /// `FILE.imported`: this import has been finished.
    private var finished: SmallFile { SmallFile(path + ".imported") }

    func refuseFinished() throws(InvalidInput) {
        guard let mark = finished.read() else { return }
        let (into, at) = (try mark.text("into") ?? "?", try mark.text("at") ?? "?")
        throw InvalidInput(
            path, "was imported into \(into) at \(at), as \(path).imported says; --again imports it again")
    }

    /// A part of it may stand in another store, where its jobs run.
    func refuseOther() async throws {
        let whole = MovedBatch(exportID: header.exportID, number: 0, direction: .arrived)
        guard try await !store.hasMoved(whole) else { return }
        throw InvalidInput(path, "is in another store in part, as \(path).progress says; go on there, or --again")
    }

    func finish(_ progress: BulkProgress) throws(InvalidInput) {
        try finished.write(
            JSONPairs([
                ("into", JSONPairs.literal(store.place)), ("at", JSONPairs.literal(Date.now.formatted(.iso8601))),
                ("inserted", "\(progress.inserted)"), ("there_before", "\(progress.duplicates)"),
                ("refused", "\(progress.refused)"),
            ]).text)
    }
}
