import Glibc
import IXCommand
import IXCore
import IXStore

/// Opens an import's input, checks the input, and finds the batch where the import begins.
struct ImportOpening {
    let path: String
    let errorsPath: String?
    let isAgain: Bool
    let store: any JobStore
    let retry: StoreRetry

    /// Returns nil when a stop request came before the first line.
    func load() async throws -> ImportLoad? {
        let source = try InputSource(path, field: "FILE")
        guard source.size == nil else { return try await file(source) }
        let reader = ImportReader(source.descriptor, stop: retry.stop)
        guard let header = try await reader.header() else { return nil }
        return try load(source, reader, header, BulkProgress(), nil)
    }

    /// Reads the whole file first, because a cut-off or already imported file must be refused before any job is
    /// inserted.
    private func file(_ source: InputSource) async throws -> ImportLoad {
        try FileLock.take(source.descriptor, path)
        let scan = try ExportScan(source.descriptor)
        guard scan.isEnded else {
            throw InvalidInput(path, "is not finished: run the same ixctl export again, then import the file")
        }
        let progressFile = ProgressFile(path + ".progress", input: source.descriptor)
        let progress = try await start(scan, progressFile)
        guard lseek(source.descriptor, off_t(progress.offset), SEEK_SET) >= 0 else {
            throw InvalidInput(path, String(cString: strerror(errno)))
        }
        let reader = ImportReader(source.descriptor, from: progress, scan.header, stop: retry.stop)
        return try load(source, reader, scan.header, progress, progressFile)
    }

    private func start(_ scan: ExportScan, _ progressFile: ProgressFile) async throws -> BulkProgress {
        var progress = BulkProgress()
        (progress.offset, progress.line) = (scan.start, 1)
        if isAgain { return progress }
        let target = ImportTarget(path: path, header: scan.header, store: store)
        try target.refuseFinished()
        guard let earlier = progressFile.read() else { return progress }
        try await target.refuseOther()
        StandardError.say("Continues after line \(earlier.line), as \(path).progress says.")
        return earlier
    }

    private func load(
        _ source: InputSource, _ reader: ImportReader, _ header: ExportHeader, _ progress: BulkProgress,
        _ progressFile: ProgressFile?
    ) throws -> ImportLoad {
        let state = try LoadState(
            progress, progressFile: progressFile, errorsPath: LoadState.errorsPath(errorsPath, beside: path),
            input: source.descriptor, size: source.size)
        return ImportLoad(
            store: store, reader: reader, header: header, isAgain: isAgain, retry: retry, state: state)
    }
}
