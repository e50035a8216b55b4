import Glibc

/// Notices writes to a file's log by any process, without polling.
///
/// The directory is watched, not the file, because the log comes and goes, and a new log under the name must be noticed
/// as well.
struct FileWatch: ~Copyable {
    private let descriptor: Int32
    private let names: Set<String>

    /// Nil when the system has no free watch.
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

    /// Waits until bytes can be read here or at `other`, for at most `milliseconds`.
    func wait(or other: Int32, milliseconds: Int32) {
        var polls = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        polls.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0))
        poll(&polls, 2, milliseconds)  // ignored: an interrupted wait only ends early
    }

    /// Takes all events; returns true when an event concerned the file.
    func take() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var isOurs = false
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return isOurs }
            if mentionsFile(buffer[..<count]) { isOurs = true }
        }
    }

    /// Parses `struct inotify_event`: four words, the last of which is the length of the following name, padded with
    /// NUL.
    private func mentionsFile(_ bytes: ArraySlice<UInt8>) -> Bool {
        var at = bytes.startIndex
        while at + 16 <= bytes.endIndex {
            let length = bytes[at + 12..<at + 16].reversed().reduce(0) { $0 << 8 | Int($1) }
            let name = bytes[at + 16..<min(at + 16 + length, bytes.endIndex)].prefix { $0 != 0 }
            // An overflow event has no name; a lost event may have concerned the file.
            if name.isEmpty || names.contains(String(decoding: name, as: UTF8.self)) { return true }
            at += 16 + length
        }
        return false
    }
}
