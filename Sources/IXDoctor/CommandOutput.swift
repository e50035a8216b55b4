internal import Glibc

/// `CommandOutput` reads the output of a command present on every system with systemd.
enum CommandOutput {
    /// Returns the command's output by lines; empty when the command can't be started. Lines over 4095 bytes are split.
    /// Requires: `command` is safe for a shell.
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
