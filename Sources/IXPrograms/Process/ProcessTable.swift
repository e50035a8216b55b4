internal import Glibc
internal import IXPipelines

/// `ProcessTable` reads the machine's processes from `/proc`.
enum ProcessTable {
    enum Environment {
        case known([ArraySlice<UInt8>])
        /// The process is between two programs; neither the old nor the new environment can be read.
        case undecided
        /// The process is another user's, has ended, or has no environment.
        case unknown
    }

    /// Bytes above the largest environment that the kernel lets a program start with.
    private static let environmentBytes = 8 << 20

    /// Returns the numbers of all processes except this process and process 1.
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

    /// Returns the number most recently given to a process.
    static func lastNumber() -> pid_t? {
        guard let text = read("/proc/loadavg", limit: 256) else { return nil }
        return text.split(separator: 0x20).last.flatMap { pid_t(String(decoding: $0.dropLast(), as: UTF8.self)) }
    }

    /// Returns the entries, `NAME=value`, that `process` was started with.
    static func environment(of process: pid_t) -> Environment {
        if let entries = entries(of: process) { return .known(entries) }
        // A program started without environment still has a command line; an ended process has neither. Reading the
        // environment again after the command line excludes a process that changed its program in between.
        let isNamed = read("/proc/\(process)/cmdline", limit: 1)?.isEmpty == false
        if let entries = entries(of: process) { return .known(entries) }
        return isNamed || !isAlive(process) ? .unknown : .undecided
    }

    /// Returns the start time of `process` in clock ticks since boot; nil when the process has ended, reaped or not.
    static func start(of process: pid_t) -> UInt64? {
        guard let text = read("/proc/\(process)/stat", limit: 1024) else { return nil }
        // After the name in brackets, the state is the first field and the start time the twentieth.
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

    /// Returns the resident memory of `process` in bytes; 0 when the process is gone.
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
        // The state follows the last closing bracket, because the name before it may contain brackets.
        return text.split(separator: 0x29).last?.dropFirst().first.map { $0 != UInt8(ascii: "Z") } ?? false
    }

    /// Reads the whole file in several reads, because the kernel returns at most a page of another process's
    /// environment per read.
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

    /// Returns the first `limit` bytes of the file in a single read; nil when the file can't be opened.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = max(Glibc.read(file, buffer.baseAddress, limit), 0)
        }
    }
}
