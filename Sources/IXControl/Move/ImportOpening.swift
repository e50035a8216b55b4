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
        let settings = progress.offset > scan.start ? try await settings(source, scan) : nil
        let reader = try reader(source, scan, from: progress)
        var load = try load(source, reader, scan.header, progress, progressFile)
        load.waiting = scan.waiting
        if let settings { try load.read(settings) }
        return load
    }

    /// The line of settings, for an import that is continued behind the line.
    private func settings(_ source: InputSource, _ scan: ExportScan) async throws -> SourceLine? {
        guard scan.hasSettings, case .settings(let line, _) = try await reader(source, scan, from: first(scan)).next()
        else { return nil }
        return line
    }

    private func reader(
        _ source: InputSource, _ scan: ExportScan, from progress: BulkProgress
    ) throws(InvalidInput) -> ImportReader {
        guard lseek(source.descriptor, off_t(progress.offset), SEEK_SET) >= 0 else {
            throw InvalidInput(path, String(cString: strerror(errno)))
        }
        return ImportReader(source.descriptor, from: progress, scan.header, stop: retry.stop)
    }

    /// The progress of an import that begins: behind the header.
    private func first(_ scan: ExportScan) -> BulkProgress {
        var progress = BulkProgress()
        (progress.offset, progress.line) = (scan.start, 1)
        return progress
    }

    private func start(_ scan: ExportScan, _ progressFile: ProgressFile) async throws -> BulkProgress {
        let progress = first(scan)
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
