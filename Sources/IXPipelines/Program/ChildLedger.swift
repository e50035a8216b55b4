internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// The children that run now, each written down in a file, so that after a crash of the daemon its next start ends what is
/// left of them before their jobs start again. A file is used again for the next child: making and removing one for each
/// costs a file system more than the child's whole start.
///
/// Requires: one daemon at a time uses the directory. Concurrency: safe from any thread.
/// Failure: what can't be written down is not found by the next start; nothing else suffers.
public final class ChildLedger: Sendable {
    private let directory: String
    /// Where each child gets a control group of its own; nil where the machine gives none.
    let groups: ControlGroups?
    private let places = Mutex(Places())

    /// `directory` is made, below one that exists, when the first child is written down.
    public init(directory: String, groups: ControlGroups? = nil) {
        self.directory = directory
        self.groups = groups
    }

    /// Where the child is written down, for `forget`; nil when it has ended already.
    func note(_ child: pid_t, _ home: PrivateDirectory) -> Place? {
        guard let entry = ChildEntry(child, home) else { return nil }
        let place = places.withLock { $0.take() }
        write(entry.text, to: place)
        return place
    }

    /// Frees the place that `note` gave.
    func forget(_ place: Place?) {
        guard let place else { return }
        write("", to: place)
        places.withLock { $0.free(place) }
    }

    /// The first line counts; what an earlier child's longer one has left comes after it.
    private func write(_ line: String, to place: Place) {
        let text = Array("\(line)\n".utf8)
        let path = "\(directory)/\(place.number)"
        var file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0, errno == ENOENT {
            mkdir(directory, 0o700)
            file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        }
        guard file >= 0 else { return }
        // ignored: see Failure above
        _ = Glibc.write(file, text, text.count)
        close(file)
    }

    /// Ends what the predecessor's children left, removes their private directories, and forgets them; how many children
    /// still ran. Returns when their processes are gone, within a few seconds.
    public func endLeftovers() async -> Int {
        await OwnThread.run { [self] in
            let (names, entries) = found()
            let left = entries.count { $0.end() }
            entries.forEach { $0.tidy() }
            for name in names { unlink("\(directory)/\(name)") }
            return left
        }
    }

    private func found() -> ([String], [ChildEntry]) {
        let folder = DirectoryEntries.open(directory)
        guard folder >= 0 else { return ([], []) }
        var names: [String] = []
        DirectoryEntries.forEach(in: folder) { names.append(String(cString: $0)) }
        return (names, names.compactMap { ChildEntry(path: "\(directory)/\($0)") })
    }
}

extension ChildLedger {
    /// The file a child is in.
    struct Place {
        fileprivate let number: Int
    }

    private struct Places {
        private var unused: [Place] = []
        private var count = 0

        mutating func take() -> Place {
            if let place = unused.popLast() { return place }
            defer { count += 1 }
            return Place(number: count)
        }

        mutating func free(_ place: Place) { unused.append(place) }
    }
}
