import Glibc

/// Sees writes to a file's log, by whichever process, without asking for them.
///
/// The directory is watched, not the file: the log comes and goes, and a new one under the name is seen as well.
struct FileWatch: ~Copyable {
    private let descriptor: Int32
    private let names: Set<String>

    /// Nil when the system has no watch left to give.
    init?(_ file: SQLiteFile) {
        guard let descriptor = Self.watch(file.directory) else { return nil }
        self.descriptor = descriptor
        names = [file.name, file.name + "-wal"]
    }

    deinit { close(descriptor) }

    private static func watch(_ directory: String) -> Int32? {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { return nil }
        let events = UInt32(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
        guard inotify_add_watch(descriptor, directory, events) >= 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Waits until there is something to read here or at `other`, `milliseconds` at most.
    func wait(or other: Int32, milliseconds: Int32) {
        var polls = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        polls.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0))
        poll(&polls, 2, milliseconds)  // ignored: an interrupted wait only ends early
    }

    /// Takes all that was seen; whether any of it was about the file.
    func take() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var isOurs = false
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return isOurs }
            if mentionsFile(buffer[..<count]) { isOurs = true }
        }
    }

    /// `struct inotify_event`: four words, the last the length of the name behind them, padded with NUL.
    private func mentionsFile(_ bytes: ArraySlice<UInt8>) -> Bool {
        var at = bytes.startIndex
        while at + 16 <= bytes.endIndex {
            let length = bytes[at + 12..<at + 16].reversed().reduce(0) { $0 << 8 | Int($1) }
            let name = bytes[at + 16..<min(at + 16 + length, bytes.endIndex)].prefix { $0 != 0 }
            // An overflow has no name: what was missed may have been ours.
            if name.isEmpty || names.contains(String(decoding: name, as: UTF8.self)) { return true }
            at += 16 + length
        }
        return false
    }
}
