import Glibc
public import IXStore

extension SQLiteStore {
    /// Takes the daemon's place, so that none can start; one that runs can't be forced out of it.
    public func keepWorkersAway(forced: Bool) async throws(StoreError) {
        do {
            try await hold(as: "a move of its jobs (process \(getpid()))")
        } catch {
            guard error.code == .inUse else { throw error }
            throw StoreError(
                .busy, operation: "keep_workers_away",
                message: "\(path) is in use by \(holder ?? "another process"); stop it first"
                    + (forced ? " (--force can't take the file from it)" : ""))
        }
    }

    public var place: String { "the embedded store \(path)" }
}
