internal import Glibc

/// What a command that is there on every system with systemd says.
enum CommandOutput {
    static func lines(_ command: String) -> [String] {
        guard let stream = popen(command, "r") else { return [] }
        defer { pclose(stream) }
        var (lines, buffer) = ([String](), [CChar](repeating: 0, count: 4096))
        while fgets(&buffer, Int32(buffer.count), stream) != nil {
            let bytes = buffer.prefix { $0 != 0 && $0 != 0x0A }
            lines.append(String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return lines
    }
}
