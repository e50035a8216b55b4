internal import FoundationEssentials
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// `ChildLedger` records each running child in a file, written before the child starts. After a crash of the daemon,
/// the next start ends leftover children before their jobs start again. A file is reused for the next child, because
/// creating and removing a file costs a file system more than the child's whole start.
///
/// Guarantees: every child is recorded before its start.
/// Requires: only a single daemon at a time uses the directory.
/// Concurrency: safe from any thread.
public final class ChildLedger: Sendable {
    /// The padding reserves space for the child's number, so that writing the number later works on a full disk too.
    /// The padding follows the line end, because on the first line it would become a part of the directory's path.
    private static let padding = "\n" + String(repeating: " ", count: 64)

    private let directory: String
    /// The control groups from which each child gets its own group; nil where the machine offers none.
    let groups: ControlGroups?
    private let places = Mutex(Places())

    /// Creates the ledger. `directory` is created with the first record; its parent must exist.
    public init(directory: String, groups: ControlGroups? = nil) {
        self.directory = directory
        self.groups = groups
    }

    /// Records the child that is about to start, under the mark of its private directory. Throws `StartFailure` when
    /// the record can't be written; the child must not be started then. `forget` frees the record's file.
    func enter(_ home: PrivateDirectory, run: String) throws(StartFailure) -> Place {
        let number = places.withLock { $0.take() }
        let file = open(number)
        if file >= 0, Self.write(ChildEntry(home, run: run).text + Self.padding, to: file) {
            return Place(number: number, file: file, home: home, run: run)
        }
        let failure = StartFailure(unrecorded: "\(directory)/\(number)", Errno(rawValue: errno))
        if file >= 0 { close(file) }
        places.withLock { $0.free(number) }
        throw failure
    }

    /// Adds the number of the started child to its record.
    func note(_ child: pid_t, at place: Place) {
        guard let entry = ChildEntry(child, place.home, run: place.run) else { return }
        // ignored: the record holds the run's mark already, by which the child can be found
        _ = Self.write(entry.text, to: place.file)
    }

    /// Frees the file that `enter` returned.
    func forget(_ place: Place?) {
        guard let place else { return }
        // ignored: a record of an ended child is harmless, because the child isn't found again
        _ = Self.write("", to: place.file)
        close(place.file)
        places.withLock { $0.free(place.number) }
    }

    /// The reason why children can't be recorded; nil when recording works. Each call writes a test record.
    public var fault: String? {
        do {
            forget(try enter(PrivateDirectory(path: "/"), run: "-"))
            return nil
        } catch { return error.reason }
    }

    private func open(_ number: Int) -> Int32 {
        let path = "\(directory)/\(number)"
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file < 0, errno == ENOENT else { return file }
        mkdir(directory, 0o700)
        return Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    }

    /// Writes the first line of the file. Readers ignore the rest, which may be left from a longer earlier record.
    private static func write(_ line: String, to file: Int32) -> Bool {
        let text = Array("\(line)\n".utf8)
        let count = pwrite(file, text, text.count, 0)
        if count >= 0, count < text.count { errno = ENOSPC }
        return count == text.count
    }

    /// Ends the processes that an earlier daemon's children left, removes their private directories and their records.
    /// Returns the runs that still had a process, `-` for an unknown run. Returns after the processes have ended, or
    /// after a wait of 2 s for each process.
    public func endLeftovers() async -> [String] {
        await OwnThread.run { [self] in
            let (names, entries) = found()
            let left = entries.filter { $0.end() }
            entries.forEach { $0.tidy() }
            for name in names { unlink("\(directory)/\(name)") }
            return left.map { $0.run ?? "-" }
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
    /// `Place` is a child's file in the ledger, open while the child runs.
    struct Place {
        fileprivate let number: Int
        fileprivate let file: Int32
        fileprivate let home: PrivateDirectory
        fileprivate let run: String
    }

    private struct Places {
        private var unused: [Int] = []
        private var count = 0

        mutating func take() -> Int {
            if let place = unused.popLast() { return place }
            defer { count += 1 }
            return count
        }

        mutating func free(_ place: Int) { unused.append(place) }
    }
}
