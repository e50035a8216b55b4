internal import FoundationEssentials
internal import Glibc

/// The children that run now, each written down in a file of its own, so that after a crash of the daemon its next start
/// ends what is left of them before their jobs start again.
///
/// Requires: one daemon at a time uses the directory. Concurrency: safe from any thread.
/// Failure: what can't be written down is not found by the next start; nothing else suffers.
public final class ChildLedger: Sendable {
    private let directory: String
    /// Where each child gets a control group of its own; nil where the machine gives none.
    let groups: ControlGroups?

    /// `directory` is made, below one that exists, when the first child is written down.
    public init(directory: String, groups: ControlGroups? = nil) {
        self.directory = directory
        self.groups = groups
    }

    func note(_ child: pid_t, _ home: PrivateDirectory) {
        guard let entry = ChildEntry(child, home) else { return }
        let text = Array(entry.text.utf8)
        var file = open(path(child), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if file < 0, errno == ENOENT {
            mkdir(directory, 0o700)
            file = open(path(child), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        guard file >= 0 else { return }
        // ignored: see Failure above
        _ = write(file, text, text.count)
        close(file)
    }

    func forget(_ child: pid_t) { unlink(path(child)) }

    /// Ends what the predecessor's children left, removes their private directories, and forgets them; how many children
    /// still ran. Returns when their processes are gone, within a few seconds.
    public func endLeftovers() async -> Int {
        await OwnThread.run { [self] in
            let entries = entries()
            let left = entries.count { $0.end() }
            for entry in entries {
                entry.tidy()
                forget(entry.child)
            }
            return left
        }
    }

    private func entries() -> [ChildEntry] {
        let folder = DirectoryEntries.open(directory)
        guard folder >= 0 else { return [] }
        var found: [ChildEntry] = []
        DirectoryEntries.forEach(in: folder) { name in
            if let entry = ChildEntry(path: directory + "/" + String(cString: name)) { found.append(entry) }
        }
        return found
    }

    private func path(_ child: pid_t) -> String { "\(directory)/\(child)" }
}
