import FoundationEssentials
import IXCommand
import IXCore
import IXSchedules
import IXStore

/// Finds the start of an export: a new file, or the position where an earlier run was cut off.
struct ExportStart {
    let store: any JobStore
    let mode: ExportHeader.Mode
    /// The client whose jobs are exported; nil for all clients.
    var clientID: String?
    let stop: StopRequest

    /// Opens `path` and returns the export to run. Throws `InvalidInput` when the file holds a finished or a foreign
    /// export.
    func export(to path: String) async throws -> Export {
        let file = try ExportFile(path)
        guard file.isEmpty else { return try await resumed(file) }
        let header = ExportHeader(mode, of: clientID, from: store.location)
        try file.append(header.line + (try await settings()))
        try file.syncName()
        if mode == .move { try await store.enter(mark(header, 0)) }
        return Export(store, file, header, after: nil, stop: stop)
    }

    /// The line of settings. One that no import can read is refused before any job leaves the store.
    private func settings() async throws -> String {
        var settings = try await ExportSettings(of: store)
        if let clientID {
            // A schedule is no client's, and would fire in both stores.
            if clientID != ScheduleKey.client { settings.schedules = [] }
            // A group's key may name another client.
            let own = Set(settings.queues.filter { $0.change.members["group_by"] == "\"client_id\"" }.map(\.name))
            settings.groups = settings.groups.filter { $0.key == clientID && own.contains($0.queue) }
        }
        let line = settings.line
        guard line.utf8.count <= ExportLine.limit else {
            throw InvalidInput("settings", "over \(ExportLine.limit) bytes; remove schedules or groups first")
        }
        return line
    }

    private func resumed(_ file: ExportFile) async throws -> Export {
        let scan = try scanned(file)
        if scan.header.version > 1, !scan.hasSettings {
            // The first write was cut off: nothing has left the store.
            try file.truncate(to: scan.start)
            try file.append(try await settings())
            return try await resumed(file)
        }
        switch mode {
        case .copy:
            guard scan.header.from == store.location else { throw foreign(file, scan.header) }
            if scan.hasOpenBatch { try file.truncate(to: scan.end) }
        case .move: try await resolveBatch(file, scan)
        }
        StandardError.say("Continues \(file.path), which holds \(scan.jobs) jobs.")
        // Resolving may have committed the open batch, so the file is read again.
        return Export(store, file, scan.header, after: try ExportScan(file.descriptor), stop: stop)
    }

    private func scanned(_ file: ExportFile) throws -> ExportScan {
        let scan = try ExportScan(file.descriptor)
        if scan.isEnded { throw InvalidInput(file.path, "holds a finished export; give another name") }
        guard scan.header.mode == mode else {
            throw InvalidInput(
                file.path,
                "holds an unfinished \(scan.header.mode.rawValue): continue the export "
                    + (mode == .copy ? "with --move" : "without --move"))
        }
        guard scan.header.clientID == clientID else {
            let client = scan.header.clientID.map { "with --client-id \(ScreenText($0).text)" } ?? "without --client-id"
            throw InvalidInput(file.path, "holds an unfinished export: continue it \(client)")
        }
        return scan
    }

    /// Resolves the last, open batch by the store's record. When the store has deleted the batch's rows, the batch is
    /// marked as committed. Otherwise the batch is cut off the file and written again.
    private func resolveBatch(_ file: ExportFile, _ scan: ExportScan) async throws {
        guard scan.batches > 0 || scan.hasOpenBatch else {
            return _ = try await store.enter(mark(scan.header, 0))
        }
        guard try await store.hasMoved(mark(scan.header, 0)) else { throw foreign(file, scan.header) }
        guard scan.hasOpenBatch else { return }
        let number = scan.batches + 1
        guard try await store.hasMoved(mark(scan.header, number)) else { return try file.truncate(to: scan.end) }
        guard !scan.isTorn else {
            throw ExportScan.damaged(0, "of batch \(number), whose jobs have left the store, is cut off")
        }
        try file.append(ExportLine.committed(jobs: scan.openJobs, batch: number))
    }

    private func mark(_ header: ExportHeader, _ number: Int) -> MovedBatch {
        MovedBatch(exportID: header.exportID, number: number, direction: .left)
    }

    private func foreign(_ file: ExportFile, _ header: ExportHeader) -> InvalidInput {
        InvalidInput(file.path, "holds an unfinished export of another store (\(header.from), \(header.at))")
    }
}
