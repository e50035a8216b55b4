import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Finds the start of an export: a new file, or the place where an earlier run was cut off.
struct ExportStart {
    let store: any JobStore
    let mode: ExportHeader.Mode
    let stop: StopRequest

    /// Opens `path` and returns the export to run. Throws `InvalidInput` when the file holds a finished or a foreign
    /// export.
    func export(to path: String) async throws -> Export {
        let file = try ExportFile(path)
        guard file.isEmpty else { return try await resumed(file) }
        let header = ExportHeader(mode, from: store.place)
        try file.append(header.line)
        try file.syncName()
        if mode == .move { try await store.enter(mark(header, 0)) }
        return Export(store, file, header, after: nil, stop: stop)
    }

    private func resumed(_ file: ExportFile) async throws -> Export {
        let survey = try surveyed(file)
        switch mode {
        case .copy:
            guard survey.header.from == store.place else { throw foreign(file, survey.header) }
            if survey.hasOpenBatch { try file.truncate(to: survey.end) }
        case .move: try await resolveBatch(file, survey)
        }
        StandardError.say("Continues \(file.path), which holds \(survey.jobs) jobs.")
        // Resolving may have committed the open batch, so the file is read again.
        return Export(store, file, survey.header, after: try ExportSurvey(file.descriptor), stop: stop)
    }

    private func surveyed(_ file: ExportFile) throws -> ExportSurvey {
        let survey = try ExportSurvey(file.descriptor)
        if survey.isEnded { throw InvalidInput(file.path, "holds a finished export; give another name") }
        guard survey.header.mode == mode else {
            throw InvalidInput(
                file.path,
                "holds an unfinished \(survey.header.mode.rawValue): continue the export "
                    + (mode == .copy ? "with --move" : "without --move"))
        }
        return survey
    }

    /// Resolves the last, open batch by the store's record. When the store has deleted the batch's rows, the batch is
    /// marked as committed. Otherwise the batch is cut off the file and written again.
    private func resolveBatch(_ file: ExportFile, _ survey: ExportSurvey) async throws {
        guard survey.batches > 0 || survey.hasOpenBatch else {
            return _ = try await store.enter(mark(survey.header, 0))
        }
        guard try await store.hasMoved(mark(survey.header, 0)) else { throw foreign(file, survey.header) }
        guard survey.hasOpenBatch else { return }
        let number = survey.batches + 1
        guard try await store.hasMoved(mark(survey.header, number)) else { return try file.truncate(to: survey.end) }
        guard !survey.isTorn else {
            throw ExportSurvey.damaged(0, "of batch \(number), whose jobs have left the store, is cut off")
        }
        try file.append(ExportLine.committed(jobs: survey.openJobs, batch: number))
    }

    private func mark(_ header: ExportHeader, _ number: Int) -> MovedBatch {
        MovedBatch(exportID: header.exportID, number: number, direction: .left)
    }

    private func foreign(_ file: ExportFile, _ header: ExportHeader) -> InvalidInput {
        InvalidInput(file.path, "holds an unfinished export of another store (\(header.from), \(header.at))")
    }
}
