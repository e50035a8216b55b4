internal import Glibc

/// What `/proc` tells of the machine's processes.
enum ProcessTable {
    enum Environment {
        case known([ArraySlice<UInt8>])
        /// Between two programs: neither the old one's environment is there nor the new one's.
        case unsettled
        /// Another user's, or one that has none any more.
        case unknown
    }

    /// The most that a program can be started with, and more.
    private static let environmentBytes = 8 << 20

    /// The numbers of all processes but this and the first.
    static func numbers() -> [pid_t] {
        let directory = DirectoryEntries.open("/proc")
        guard directory >= 0 else { return [] }
        var found: [pid_t] = []
        let own = getpid()
        DirectoryEntries.forEach(in: directory) { name in
            let number = atoi(name)
            if number > 1, number != own { found.append(number) }
        }
        return found
    }

    /// The number given to a process last.
    static func lastNumber() -> pid_t? {
        guard let text = read("/proc/loadavg", limit: 256) else { return nil }
        return text.split(separator: 0x20).last.flatMap { pid_t(String(decoding: $0.dropLast(), as: UTF8.self)) }
    }

    /// The entries, `NAME=value`, that `process` was started with.
    static func environment(of process: pid_t) -> Environment {
        if let entries = entries(of: process) { return .known(entries) }
        // A program started with none still has its name; one that has ended has neither. Looking once more after the
        // name tells it from one that became another program between the two looks.
        let isNamed = read("/proc/\(process)/cmdline", limit: 1)?.isEmpty == false
        if let entries = entries(of: process) { return .known(entries) }
        return isNamed || !isAlive(process) ? .unknown : .unsettled
    }

    /// When `process` started, in ticks since the machine did; nil when it has ended, reaped or not.
    static func start(of process: pid_t) -> UInt64? {
        guard let text = read("/proc/\(process)/stat", limit: 1024) else { return nil }
        // After the name in brackets: the state first, the start as the twentieth.
        let words = text.split(separator: 0x29).last?.split(separator: 0x20) ?? []
        guard words.count > 19, words[0].first != UInt8(ascii: "Z") else { return nil }
        return UInt64(String(decoding: words[19], as: UTF8.self))
    }

    /// The children of this process that have ended and wait to be reaped.
    static func endedChildren() -> [pid_t] {
        let own = getpid()
        return numbers().filter { number in
            guard let text = read("/proc/\(number)/stat", limit: 1024) else { return false }
            // After the name in brackets: the state, then the parent.
            let words = text.split(separator: 0x29).last?.split(separator: 0x20) ?? []
            guard words.count > 1, words[0].first == UInt8(ascii: "Z") else { return false }
            return pid_t(String(decoding: words[1], as: UTF8.self)) == own
        }
    }

    /// What `process` has in memory; 0 when it is gone.
    static func residentBytes(of process: pid_t) -> Int {
        let words = (read("/proc/\(process)/statm", limit: 256) ?? []).split(separator: 0x20)
        guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else { return 0 }
        return pages * Int(getpagesize())
    }

    private static func entries(of process: pid_t) -> [ArraySlice<UInt8>]? {
        guard let text = readWhole("/proc/\(process)/environ", limit: environmentBytes), !text.isEmpty else {
            return nil
        }
        return text.split(separator: 0)
    }

    private static func isAlive(_ process: pid_t) -> Bool {
        guard let text = read("/proc/\(process)/stat", limit: 1024) else { return false }
        // The name before the last bracket may hold anything; a letter for the state comes after it.
        return text.split(separator: 0x29).last?.dropFirst().first.map { $0 != UInt8(ascii: "Z") } ?? false
    }

    /// The kernel gives a page at a time of another process's environment, however much is asked for.
    private static func readWhole(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while text.count < limit {
                let count = Glibc.read(file, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                text.append(contentsOf: buffer[..<count])
            }
        }
        return text
    }

    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(Glibc.read(file, buffer.baseAddress, limit), 0)
        }
    }
}
