import Glibc
import IXCommand
import IXCore
import IXStore

/// Finds out what an import has before it, and where it begins.
struct ImportOpening {
    let path: String
    let errorsPath: String?
    let isAgain: Bool
    let store: any JobStore
    let patience: StorePatience

    /// Nil when a stop was asked for before anything came.
    func load() async throws -> ImportLoad? {
        let source = try InputSource(path, field: "FILE")
        guard source.size == nil else { return try await file(source) }
        let reader = ImportReader(source.descriptor, stop: patience.stop)
        guard let header = try await reader.header() else { return nil }
        let load = try load(source, reader, header, BulkProgress(), nil)
        try await target(header).begin()
        return load
    }

    /// Read through first: what is cut off or was imported before is refused as a whole.
    private func file(_ source: InputSource) async throws -> ImportLoad {
        try FileLock.take(source.descriptor, path)
        let survey = try ExportSurvey(source.descriptor)
        guard survey.isEnded else {
            throw InvalidInput(path, "is not finished: run the ixctl export that wrote it again, then import it")
        }
        let progressFile = ProgressFile(path + ".progress", input: source.descriptor)
        let progress = try await start(survey, progressFile)
        guard lseek(source.descriptor, off_t(progress.offset), SEEK_SET) >= 0 else {
            throw InvalidInput(path, String(cString: strerror(errno)))
        }
        let reader = ImportReader(source.descriptor, from: progress, survey.header, stop: patience.stop)
        let load = try load(source, reader, survey.header, progress, progressFile)
        // In this order: a progress without its batch in the store tells of another store.
        try await target(survey.header).begin()
        try progressFile.write(progress)
        return load
    }

    private func start(_ survey: ExportSurvey, _ progressFile: ProgressFile) async throws -> BulkProgress {
        var progress = BulkProgress()
        (progress.offset, progress.line) = (survey.start, 1)
        if isAgain { return progress }
        let target = target(survey.header)
        try target.refuseFinished()
        guard let earlier = progressFile.read() else { return progress }
        try await target.refuseOther()
        StandardError.say("Going on behind line \(earlier.line), as \(path).progress says.")
        return earlier
    }

    private func target(_ header: ExportHeader) -> ImportTarget {
        ImportTarget(path: path, header: header, store: store)
    }

    private func load(
        _ source: InputSource, _ reader: ImportReader, _ header: ExportHeader, _ progress: BulkProgress,
        _ progressFile: ProgressFile?
    ) throws -> ImportLoad {
        let errors = errorsPath ?? (path == "-" ? "stdin" : path) + ".errors.jsonl"
        return ImportLoad(
            store: store, reader: reader, header: header, isAgain: isAgain, patience: patience,
            progressFile: progressFile, refusals: try RefusalFile(errors, keeping: progress.errorsBytes),
            progress: progress, display: LoadDisplay(size: source.size, from: progress))
    }
}
