import TOMLKit

/// A parsed configuration file with the line of each key. No other type uses the TOML parser.
struct TOMLFile {
    let path: String
    let root: [String: TOMLNode]
    private let lines: TOMLLines

    /// Reads `path`. Returns nil when the file is missing and `mayBeMissing` is true.
    static func read(_ path: String, mayBeMissing: Bool) throws(ConfigurationFault) -> TOMLFile? {
        let bytes: [UInt8]
        do {
            bytes = try FileReading.bytes(of: path)
        } catch {
            if mayBeMissing, error.isMissing { return nil }
            throw fault(path, nil, "can't be read: \(error.reason)")
        }
        return try TOMLFile(path, bytes)
    }

    init(_ path: String, _ bytes: [UInt8]) throws(ConfigurationFault) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.fault(path, nil, "is not UTF-8") }
        try Self.refuseNUL(text, path)
        self.path = path
        lines = TOMLLines(text)
        if let line = lines.oddHeader {
            throw Self.fault(
                path, line, "is not TOML: a table's name must begin with a letter, a digit, _, - or a quote")
        }
        if let line = lines.oddCharacter {
            throw Self.fault(path, line, "is not TOML: holds a character that must be inside quotes")
        }
        root = try Self.parse(text, path)
    }

    /// Reads a variable or flag which holds a TOML list or inline table; returns nil for any other text.
    static func value(_ text: String) -> TOMLNode? {
        guard text.hasPrefix("[") || text.hasPrefix("{"), !text.utf8.contains(0), !text.contains("\n"),
            TOMLLines("value = " + text).oddCharacter == nil
        else { return nil }
        // ignored: a text which is no list or table is read as plain text
        return (try? TOMLTable(string: "value = " + text)).flatMap { members($0)["value"] }
    }

    func origin(_ path: [String]) -> ConfigurationOrigin { .file(path: self.path, line: lines.line(of: path)) }

    private static func fault(_ path: String, _ line: Int?, _ reason: String) -> ConfigurationFault {
        ConfigurationFault(origin: .file(path: path, line: line), key: "", reason: reason)
    }

    /// Refuses NUL, because the parser returns C strings, and a NUL would cut the text.
    private static func refuseNUL(_ text: String, _ path: String) throws(ConfigurationFault) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard line.contains(0) || escapes.contains(where: { line.contains($0) }) else { continue }
            throw fault(path, index + 1, "holds a NUL character")
        }
    }

    private static let escapes = ["\\u0000".utf8, "\\U00000000".utf8]

    private static func parse(_ text: String, _ path: String) throws(ConfigurationFault) -> [String: TOMLNode] {
        do {
            return members(try TOMLTable(string: text))
        } catch {
            guard let error = error as? TOMLParseError else { throw fault(path, nil, "is not TOML") }
            let line = error.source.begin.line
            throw fault(path, line, "is not TOML: \(reason(error))" + alreadyThere(error, line, text))
        }
    }

    /// Returns a note with the line of the first definition of a repeated key or header, because the parser reports
    /// only the second line.
    private static func alreadyThere(_ error: TOMLParseError, _ line: Int, _ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard error.description.contains("redefine"), lines.indices.contains(line - 1) else { return "" }
        let name = subject(lines[line - 1])
        guard let first = lines[..<(line - 1)].lastIndex(where: { subject($0) == name }) else { return "" }
        return "; first defined in line \(first + 1)"
    }

    /// Returns the header of a line, or the key without its value.
    private static func subject(_ line: Substring) -> Substring {
        let line = line.drop { $0 == " " || $0 == "\t" }
        let end: Character = line.hasPrefix("[") ? "#" : "="
        return line.prefix { $0 != end && $0 != " " && $0 != "\t" && $0 != "\r" }
    }

    /// Returns the parser's message. A number out of range gets a message without the number, because the number may be
    /// a password without quotes.
    private static func reason(_ error: TOMLParseError) -> Substring {
        guard !error.description.contains("is not representable") else { return "a number is out of range" }
        let prefix = "Error while parsing "
        return error.description.hasPrefix(prefix) ? error.description.dropFirst(prefix.count) : error.description[...]
    }

    private static func members(_ table: TOMLTable) -> [String: TOMLNode] {
        Dictionary(zip(table.keys, table.values.map(node)), uniquingKeysWith: { $1 })
    }

    private static func node(_ value: any TOMLValueConvertible) -> TOMLNode {
        switch value.type {
        case .string: .text(value.string ?? "")
        case .int: .integer(value.int ?? 0)
        case .double: .decimal(value.double ?? 0)
        case .bool: .bool(value.bool ?? false)
        case .date, .time, .dateTime: .moment
        case .array: .list(value.array.map { $0.map(node) } ?? [])
        case .table: .table(value.table.map(members) ?? [:])
        }
    }
}
