import CLinux
import Glibc
import IXCore

/// `ReloadCall` is a request for a reload that waits for an answer. The call is a named pipe: `ix-worker reload` makes
/// the pipe and sends HUP, and the daemon writes to the pipe after reading its configuration.
///
/// Guarantees: the daemon lists the pipes before reading, so that an answer reports on a configuration that was read
/// after the request.
struct ReloadCall {
    /// The result of a reload.
    enum Answer: Equatable {
        case taken
        /// The reasons of the refusal; the old configuration is still in force.
        case refused([String])
        /// The daemon ended, or the process is no daemon.
        case gone
        /// The daemon gave no answer in time.
        case silent
    }

    private let path: String
    private let pipe: Int32
    private let daemon: pid_t

    /// Returns nil, and sets `errno`, when the pipe can't be made.
    init?(of daemon: pid_t, in folder: String) {
        path = "\(folder)/\(Self.name(daemon))\(getpid())"
        self.daemon = daemon
        unlink(path)
        guard mkfifo(path, 0o600) == 0 else { return nil }
        pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard pipe >= 0 else {
            unlink(path)
            return nil
        }
    }

    /// Sends HUP and waits for the daemon's answer.
    func answer(within limit: Duration) -> Answer {
        defer {
            unlink(path)
            close(pipe)
        }
        let process = ix_open_process(daemon)
        defer { if process >= 0 { close(process) } }
        guard kill(daemon, SIGHUP) == 0 else { return .gone }
        let end = ContinuousClock.now + limit
        while true {
            var watched = [pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)]
            if process >= 0 { watched.append(pollfd(fd: process, events: Int16(POLLIN), revents: 0)) }
            let left = (end - .now) / .milliseconds(1)
            let count = left > 0 ? poll(&watched, nfds_t(watched.count), Int32(left.rounded(.up))) : 0
            if count < 0, errno == EINTR { continue }
            if watched[0].revents != 0 { return Self.parse(Self.text(pipe)) }
            guard count > 0 else { return .silent }
            return .gone
        }
    }

    /// Returns the paths of the pipes that wait for an answer of this process.
    static func waiting(in folder: String) -> [String] {
        FolderNames.readable(folder).filter { $0.hasPrefix(name(getpid())) }.map { "\(folder)/\($0)" }
    }

    /// Writes the answer to the pipes, and removes a pipe whose caller has gone.
    static func reply(_ paths: [String], faults: [String]) {
        let lines = [faults.isEmpty ? taken : refused] + faults.map { String($0.map { $0.isNewline ? " " : $0 }) }
        // A pipe without a reader holds at least 4096 bytes.
        let bytes = Array(lines.joined(separator: "\n").utf8.prefix(4096))
        for path in paths {
            let pipe = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
            guard pipe >= 0 else {
                if errno == ENXIO { unlink(path) }
                continue
            }
            defer { close(pipe) }
            var status = stat()
            guard fstat(pipe, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { continue }
            _ = Glibc.write(pipe, bytes, bytes.count)  // ignored: the caller has gone, and was the only reader
        }
    }

    private static func name(_ daemon: pid_t) -> String { "reload.\(daemon)." }

    private static let (taken, refused) = ("taken", "refused")

    static func parse(_ text: String) -> Answer {
        let lines = text.split(separator: "\n").map(String.init)
        guard let first = lines.first else { return .silent }
        return first == taken ? .taken : .refused(Array(lines.dropFirst()))
    }

    private static func text(_ pipe: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(pipe, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }
}
