internal import FoundationEssentials
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The children that run now, each written down in a file before it starts, so that after a crash of the daemon its next
/// start ends what is left of them before their jobs start again. A file is used again for the next child: making and
/// removing one for each costs a file system more than the child's whole start.
///
/// Guarantees: no child starts that isn't written down.
/// Requires: one daemon at a time uses the directory. Concurrency: safe from any thread.
public final class ChildLedger: Sendable {
    /// Room for the number that comes later, so that a disk which fills up meanwhile doesn't matter. Behind the line that
    /// counts: at its end it would be a part of the directory's path.
    private static let padding = "\n" + String(repeating: " ", count: 64)

    private let directory: String
    /// Where each child gets a control group of its own; nil where the machine gives none.
    let groups: ControlGroups?
    private let places = Mutex(Places())

    /// `directory` is made, below one that exists, when the first child is written down.
    public init(directory: String, groups: ControlGroups? = nil) {
        self.directory = directory
        self.groups = groups
    }

    /// Writes down the child that is about to start, under the mark of its private directory. Throws `unrecorded`, and
    /// nothing may be started then. `forget` frees the place.
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

    /// Adds the number of the child that was started.
    func note(_ child: pid_t, at place: Place) {
        guard let entry = ChildEntry(child, place.home, run: place.run) else { return }
        // ignored: its mark is there
        _ = Self.write(entry.text, to: place.file)
    }

    /// Frees the place that `enter` gave.
    func forget(_ place: Place?) {
        guard let place else { return }
        // ignored: a child that has ended isn't found again
        _ = Self.write("", to: place.file)
        close(place.file)
        places.withLock { $0.free(place.number) }
    }

    /// Why no child can be written down; nil when one can.
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

    /// The first line counts; what an earlier child's longer one has left comes after it.
    private static func write(_ line: String, to file: Int32) -> Bool {
        let text = Array("\(line)\n".utf8)
        let count = pwrite(file, text, text.count, 0)
        if count >= 0, count < text.count { errno = ENOSPC }
        return count == text.count
    }

    /// Ends what the predecessor's children left, removes their private directories, and forgets them; the runs of which
    /// something still ran, as far as they are known. Returns when their processes are gone, within a few seconds.
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
    /// The file a child is in, open as long as it runs.
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
