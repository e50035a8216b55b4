import Glibc
package import IXStore

extension SQLiteStore {
    /// Takes the daemon's lock, so that no daemon can start. Throws `busy` while a daemon runs, also when `forced`,
    /// because the lock can't be taken by force.
    package func excludeDaemons(forced: Bool) async throws(StoreError) {
        do {
            try await hold(as: "a move of its jobs (process \(getpid()))")
        } catch {
            guard error.code == .inUse else { throw error }
            throw StoreError(
                .busy, operation: "exclude_daemons",
                message: "\(path) is in use by \(holder ?? "another process"); stop it first"
                    + (forced ? " (--force can't take the file from it)" : ""))
        }
    }

    /// The file's location for people: `the embedded store PATH`.
    package var location: String { "the embedded store \(path)" }
}
