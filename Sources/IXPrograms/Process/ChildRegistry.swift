internal import FoundationEssentials
internal import Glibc
import IXConcurrency
internal import IXPipelines
internal import Synchronization
internal import SystemPackage

/// `ChildRegistry` records each running child in a file, written before the child starts. After a crash of the daemon,
/// the next start ends orphaned children before their jobs start again. A file is reused for the next child, because
/// creating and removing a file costs a file system more than the child's whole start.
///
/// Guarantees: no child starts without a record. A record of another origin ends no process here, and stays until it is
/// a day old. Another origin is: the directory of which this directory is a copy, or another machine that shares the
/// directory.
/// Concurrency: safe from any thread.
package final class ChildRegistry: Sendable {
    /// The padding reserves space for the child's number, so that writing the number later works on a full disk too.
    /// The padding follows the line end, because on the first line it would become a part of the directory's path.
    private static let padding = "\n" + String(repeating: " ", count: 64)

    /// Age in seconds after which files of another origin are removed, because their daemon has long started again.
    private static let age = 86_400

    private let directory: String
    /// The beginning of the names of this daemon's files, because files of another machine may lie in the directory.
    private let owner: String
    private let origin: String?
    /// The control groups in which each child gets its own group; nil on a machine without control groups for the
    /// daemon.
    let groups: ControlGroups?
    private let slots = Mutex(Slots())

    /// - Parameters:
    ///   - directory: The directory of the records. The parent must exist; the directory is created with the first
    ///     record.
    ///   - owner: The prefix of the files' names. No other daemon's prefix may begin with `owner`.
    ///   - origin: One word, `start/machine/…`, that differs in a copy of the directory, on another machine, and after
    ///     the machine's next start (`-` stands for a machine without a name). Nil where no such word exists; then no
    ///     daemon ends a recorded process.
    ///   - groups: The control groups for the children; nil limits and ends children process by process.
    package init(directory: String, owner: String, origin: String?, groups: ControlGroups? = nil) {
        (self.directory, self.owner, self.origin, self.groups) = (directory, owner, origin, groups)
    }

    /// Records the child that is about to start, under the mark of its private directory. Throws `StartFailure` when
    /// the record can't be written; the child must not be started then. `forget` frees the record's file.
    func enter(_ home: PrivateDirectory, run: String) throws(StartFailure) -> Slot {
        let number = slots.withLock { $0.take() }
        let file = open(number)
        if file >= 0, Self.write(ChildEntry(home, run: run, origin: origin ?? "-").text + Self.padding, to: file) {
            return Slot(number: number, file: file, home: home, run: run)
        }
        let failure = StartFailure(unrecorded: path(number), Errno(rawValue: errno))
        if file >= 0 { close(file) }
        slots.withLock { $0.free(number) }
        throw failure
    }

    /// Adds the number of the started child to its record.
    func note(_ child: pid_t, at slot: Slot) {
        guard let entry = ChildEntry(child, slot.home, run: slot.run, origin: origin ?? "-") else { return }
        // ignored: its mark is there
        _ = Self.write(entry.text, to: slot.file)
    }

    /// Frees the file that `enter` returned.
    func forget(_ slot: Slot?) {
        guard let slot else { return }
        // ignored: a child that has ended isn't found again
        _ = Self.write("free \(origin ?? "-")", to: slot.file)
        close(slot.file)
        slots.withLock { $0.free(slot.number) }
    }

    /// The reason why children can't be recorded; nil when recording works. Each call writes a test record.
    package var fault: String? {
        do {
            forget(try enter(PrivateDirectory(path: "/"), run: "-"))
            return nil
        } catch { return error.reason }
    }

    private func path(_ number: Int) -> String { "\(directory)/\(owner)-\(number)" }

    private func open(_ number: Int) -> Int32 {
        let file = Glibc.open(path(number), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file < 0, errno == ENOENT else { return share(file) }
        mkdir(directory, 0o700)
        if isShared { _ = chmod(directory, 0o770) }  // ignored: only its maker can, and has done it
        return share(Glibc.open(path(number), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    }

    /// Opens the file to the group, because the next daemon may run as another user of the group.
    private func share(_ file: Int32) -> Int32 {
        // ignored: the next daemon then can't read this record
        if file >= 0, isShared { _ = fchmod(file, 0o660) }
        return file
    }

    /// True when the group may write the parent directory, so that the next daemon may run as another user of the
    /// group.
    private var isShared: Bool {
        var status = stat()
        return stat(directory + "/..", &status) == 0 && status.st_mode & S_IWGRP != 0
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
    package func endOrphanedProcesses() async -> [String] {
        await DedicatedThread.run { [self] in
            var left: [String] = []
            for path in files() {
                let source = source(of: path)
                guard source != .elsewhere || isOld(path) else { continue }
                let entry = ChildEntry(path: path)
                if source == .here, let entry, entry.end() { left.append(entry.run ?? "-") }
                if source != .elsewhere { entry?.tidy() }
                unlink(path)
            }
            return left
        }
    }

    private func files() -> [String] {
        let folder = DirectoryEntries.open(directory)
        guard folder >= 0 else { return [] }
        var paths: [String] = []
        DirectoryEntries.forEach(in: folder) { paths.append("\(directory)/\(String(cString: $0))") }
        return paths
    }

    /// The origin of a file. After a restart of this machine no process of an earlier start lives, and only the private
    /// directory remains.
    private enum Source { case here, before, elsewhere }

    private func source(of path: String) -> Source {
        guard let origin, let bytes = ProcessTable.read(path, limit: 8192) else { return .elsewhere }
        let words = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard words.count > 1 else { return .elsewhere }
        let written = words.count == 2 ? words[1] : words[2]
        if written == origin { return .here }
        let (rest, own) = (written.drop { $0 != "/" }, origin.drop { $0 != "/" })
        return rest == own && own.count > 1 && !own.hasPrefix("/-/") ? .before : .elsewhere
    }

    private func isOld(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && time(nil) - status.st_mtim.tv_sec > Self.age
    }
}

extension ChildRegistry {
    /// `Slot` is a child's file in the registry, open while the child runs.
    struct Slot {
        fileprivate let number: Int
        fileprivate let file: Int32
        fileprivate let home: PrivateDirectory
        fileprivate let run: String
    }

    private struct Slots {
        private var unused: [Int] = []
        private var count = 0

        mutating func take() -> Int {
            if let slot = unused.popLast() { return slot }
            defer { count += 1 }
            return count
        }

        mutating func free(_ slot: Int) { unused.append(slot) }
    }
}
