import Glibc
import IXConcurrency

/// Reads a descriptor to its end, line by line, on a thread of its own.
enum LineReader {
    static func start(_ descriptor: Int32, _ log: LineLog) {
        DedicatedThread.start {
            readLines(descriptor) { log.append($0) }
            close(descriptor)
            log.endStream()
        }
    }

    private static func readLines(_ descriptor: Int32, _ line: (String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    }
}
