internal import Glibc
internal import IXCommand
internal import IXConfig
internal import IXSQLite
internal import IXStore

/// `FileCheck` checks that the embedded file can be opened and that its disk has room.
struct FileCheck: Check {
    let requires = Prerequisite.nothing
    private static let least = 256 << 20

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard context.configuration.store == .sqlite else { return [] }
        let path = context.configuration.sqlite.path
        guard access(path, F_OK) == 0 else {
            return [.ok("file", "\(path) does not exist yet; the daemon creates it")] + Self.room(path)
        }
        let store = context.configuration.embeddedStore(calls: 1)
        do throws(StoreError) {
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            await store.close()
            return [.ok("file", "\(path) is open, \(statistics.total.due) jobs wait")] + Self.room(path)
        } catch {
            await store.close()
            return [.refused("file", error, "docs/deployment.md, The embedded file")]
        }
    }

    private static func room(_ path: String) -> [Finding] {
        var status = statvfs()
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        guard statvfs("/" + folder, &status) == 0 else { return [] }
        let free = status.availableBytes
        guard free < least else { return [] }
        return [
            .warning("file", "\(free >> 20) MiB are free on the file's disk", "make room: a full disk refuses new jobs")
        ]
    }
}
