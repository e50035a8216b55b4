import Glibc
import IXTestSupport

/// Accepts connections (the kernel does) and never says a word.
final class SilentServer {
    let port: UInt16
    private let descriptor: Int32

    init(backlog: Int32 = 8, onAnyAddress: Bool = false) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = onAnyAddress ? 0 : UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestFailure("no port on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
