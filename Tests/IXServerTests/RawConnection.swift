import Glibc
import IXTestSupport

/// A connection on which a test sends bytes of its own. Reads run on a thread that may block.
struct RawConnection: Sendable {
    private let descriptor: Int32

    /// Connects to `host:port`. A small receive buffer makes a reader that takes little at a time.
    init(_ address: String, receiveBuffer: Int32? = nil) throws {
        let parts = address.split(separator: ":")
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // A read ends at the latest then, so that a test fails instead of waiting for ever.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var endpoint = sockaddr_in()
        endpoint.sin_family = sa_family_t(AF_INET)
        endpoint.sin_port = UInt16(parts.last.flatMap { UInt16($0) } ?? 0).bigEndian
        endpoint.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &endpoint) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TestFailure("no connection to \(address)") }
    }

    /// Sends a text whole.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Returns everything up to the end of the connection.
    func rest() async -> String {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            let reader = Thread(descriptor: descriptor) { continuation.resume(returning: $0) }
            reader.start()
        }
    }

    /// Reads until `text` has come; what follows is left for `rest`.
    @discardableResult
    func wait(for text: String) async throws -> String { try await read(to: text) }

    /// Returns what comes up to and with `text`, and what arrived together with it.
    func read(to text: String) async throws -> String {
        let found = await withCheckedContinuation { continuation in
            Thread(descriptor: descriptor, until: text) { continuation.resume(returning: $0) }.start()
        }
        guard found.contains(text) else { throw TestFailure("'\(text)' didn't come: \(found)") }
        return found
    }

    /// Closes the connection.
    func end() { close(descriptor) }

    private final class Thread: Sendable {
        private let descriptor: Int32
        private let until: String?
        private let done: @Sendable (String) -> Void

        init(descriptor: Int32, until: String? = nil, done: @escaping @Sendable (String) -> Void) {
            self.descriptor = descriptor
            self.until = until
            self.done = done
        }

        func start() {
            var thread = pthread_t()
            let box = Unmanaged.passRetained(self)
            let result = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue().read()
                    return nil
                }, box.toOpaque())
            guard result == 0 else {
                box.release()
                return done("")
            }
            pthread_detach(thread)
        }

        /// True when `text` holds `mark`, which ends behind `start`. A search of the whole text after each part would take
        /// most of a test's time.
        private static func holds(_ text: [UInt8], _ mark: String, from start: Int) -> Bool {
            let mark = Array(mark.utf8)
            let first = max(0, start - mark.count)
            guard text.count >= first + mark.count else { return false }
            return (first...(text.count - mark.count)).contains {
                text[$0] == mark[0] && text[$0...].starts(with: mark)
            }
        }

        private func read() {
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                text += buffer[..<count]
                if let until, Self.holds(text, until, from: text.count - count) { break }
            }
            done(String(decoding: text, as: UTF8.self))
        }
    }
}
