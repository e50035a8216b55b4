/// `ConnectFailure` parses libpq's message about a failed connection for the server's code (SQLSTATE). For a
/// connection, libpq prints the code only in its verbose messages. The words of the message may be of any language.
struct ConnectFailure {
    /// The message on one line, without the verbose additions.
    let message: String
    /// The code that every tried host returned; empty when a host returned no code, or when the codes differ.
    let sqlState: String

    init(_ text: String) {
        var (lines, states) = ([Substring](), [Substring]())
        for line in text.split(separator: "\n") where !line.hasPrefix("LOCATION:  ") {
            guard let state = Self.state(in: line) else {
                // The message is libpq's own, because libpq stops before the server can refuse.
                if line.contains("no password supplied") { states.append("28P01") }
                lines.append(line)
                continue
            }
            states.append(line[state.code])
            lines.append(line[..<state.code.lowerBound] + line[state.rest...])
        }
        message = lines.map { $0.drop { $0 == "\t" } }.joined(separator: " ")
        let tries = max(1, message.ranges(of: "connection to server").count)
        sqlState = states.count >= tries && Set(states).count == 1 ? String(states[0]) : ""
    }

    /// Returns the range of the code, and the start of the words behind the code, in `FATAL:  28P01: …`.
    private static func state(in line: Substring) -> (code: Range<Substring.Index>, rest: Substring.Index)? {
        var at = line.startIndex
        while let mark = line[at...].ranges(of: ":  ").first {
            let code = line[mark.upperBound...].prefix(5)
            let isCode = code.count == 5 && code.utf8.allSatisfy(Self.isOfCode)
            if isCode, line[code.endIndex...].hasPrefix(": ") {
                return (code.startIndex..<code.endIndex, line.index(code.endIndex, offsetBy: 2))
            }
            at = mark.upperBound
        }
        return nil
    }

    private static func isOfCode(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
