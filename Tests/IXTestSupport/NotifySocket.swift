import Glibc
import IXConcurrency

/// The notification socket of a service manager, as systemd provides for a service.
package final class NotifySocket: Sendable {
    /// The path for NOTIFY_SOCKET.
    package let path: String
    private let descriptor: Int32
    private let log = LineLog(streams: 1)

    /// Binds the socket. Requires: `path` is free and at most 107 bytes long.
    package init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound else { throw TestFailure("\(path): \(String(cString: strerror(errno)))") }
        DedicatedThread.start { [descriptor, log] in
            var buffer = [UInt8](repeating: 0, count: 8192)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                log.append(String(decoding: buffer[..<count].map { $0 == 0x0A ? 0x7C : $0 }, as: UTF8.self))
            }
            log.endStream()
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// The messages in the order of arrival. The assignments of a message are joined by `|`.
    package var messages: [String] { log.lines }

    /// Waits for the first message at or after index `start` which contains `text`.
    @discardableResult
    package func wait(
        for text: String, from start: Int = 0, within limit: Duration = .seconds(20)
    ) async throws -> String {
        guard let message = await log.line(containing: text, from: start, within: limit) else {
            throw TestFailure("no notification with \"\(text)\" within \(limit); there were \(messages.suffix(20))")
        }
        return message
    }

    /// Returns true when no message with `text` arrives within `time`.
    package func staysSilent(about text: String, for time: Duration) async -> Bool {
        await log.line(containing: text, from: messages.count, within: time) == nil
    }

    /// Waits until `number` messages with `text` have arrived at or after index `start`; nil counts from now.
    package func wait(
        forMore number: Int, of text: String, from start: Int? = nil, within limit: Duration
    ) async throws {
        let start = start ?? messages.count
        let came = try await eventually(within: limit) {
            messages.dropFirst(start).count { $0.contains(text) } >= number
        }
        guard came else { throw TestFailure("fewer than \(number) notifications with \"\(text)\" within \(limit)") }
    }
}
