import IXCore

/// Reports why a value is refused, without the value's origin.
struct Unfit: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Conversion of a raw value from file, variable or flag into a checked value.
extension ConfigurationKey.Kind {
    /// Checks the text of a variable or flag.
    func read(text: String) throws(Unfit) -> Setting {
        switch self {
        case .texts where text.isEmpty, .integers where text.isEmpty, .outcomes where text.isEmpty:
            throw Unfit("is empty; [] is a list of none")
        case .integer: try read(Int(text).map(TOMLNode.integer) ?? .text(text))
        case .seconds, .days: try read(Self.decimal(text).map(TOMLNode.decimal) ?? .text(text))
        case .bool: try read(Bool(text).map(TOMLNode.bool) ?? .text(text))
        case .texts, .outcomes: try read(TOMLFile.value(text) ?? .list(Self.items(text).map(TOMLNode.text)))
        case .integers:
            try read(
                TOMLFile.value(text) ?? .list(Self.items(text).map { Int($0).map(TOMLNode.integer) ?? .text($0) }))
        case .environment: try read(TOMLFile.value(text) ?? .text(text))
        default: try read(.text(text))
        }
    }

    /// Checks a value of the file, including its TOML type.
    func read(_ node: TOMLNode) throws(Unfit) -> Setting {
        switch (self, node) {
        case (.text, .text(let text)): return .text(text)
        case (.secret, .text(let text)): return .secret(Secret(text))
        case (.secret, _): throw Unfit("must be text, is \(node.type)")
        case (.name, .text(let text)) where Self.isName(text): return .text(text)
        case (.integer(let range), .integer(let integer)) where range.contains(integer): return .integer(integer)
        case (.seconds(let range), .decimal(let seconds)) where range.contains(seconds):
            return .seconds(Duration(decimalSeconds: seconds))
        case (.seconds(let range), .integer(let seconds)) where range.contains(Double(seconds)):
            return .seconds(.seconds(seconds))
        case (.days(let range), .decimal(let days)) where range.contains(days):
            return .days(Duration(decimalSeconds: days * 86_400))
        case (.days(let range), .integer(let days)) where range.contains(Double(days)):
            return .days(.seconds(days * 86_400))
        case (.bool, .bool(let bool)): return .bool(bool)
        case (.choice(let names), .text(let text)) where names.contains(text): return .text(text)
        case (.texts, .list(let nodes)): return .texts(try Self.texts(nodes))
        case (.integers(let range), .list(let nodes)): return .integers(try Self.integers(nodes, range))
        case (.variables, .list(let nodes)): return .texts(try Self.variables(nodes))
        case (.outcomes, .list(let nodes)): return .texts(try Self.outcomes(nodes))
        case (.environment, .table(let table)): return .table(try Self.environment(table))
        case (.environment, _): throw Unfit("must be \(words), is \(node.type)")
        default: throw Unfit("must be \(words), is \(node.shown)")
        }
    }

    /// Splits a text at commas and trims blanks.
    private static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func texts(_ nodes: [TOMLNode]) throws(Unfit) -> [String] {
        var texts: [String] = []
        for (index, node) in nodes.enumerated() {
            guard case .text(let text) = node else { throw Unfit("item \(index + 1) must be text, is \(node.shown)") }
            texts.append(text)
        }
        return texts
    }

    private static func integers(_ nodes: [TOMLNode], _ range: ClosedRange<Int>) throws(Unfit) -> [Int] {
        var integers: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard case .integer(let integer) = node, range.contains(integer) else {
                throw Unfit("item \(index + 1) must be \(range.lowerBound)…\(range.upperBound), is \(node.shown)")
            }
            integers.append(integer)
        }
        return integers
    }

    private static func variables(_ nodes: [TOMLNode]) throws(Unfit) -> [String] {
        let names = try texts(nodes)
        for name in names { try checkVariable(name) }
        return names
    }

    private static func outcomes(_ nodes: [TOMLNode]) throws(Unfit) -> [String] {
        let outcomes = try texts(nodes)
        for (index, text) in outcomes.enumerated() where RetryOutcome(text) == nil {
            throw Unfit("item \(index + 1) must be \(RetryOutcome.wanted(insteadOf: text)), is \"\(text)\"")
        }
        return outcomes
    }

    private static func environment(_ table: [String: TOMLNode]) throws(Unfit) -> [String: Secret] {
        var environment: [String: Secret] = [:]
        for (name, node) in table.sorted(by: { $0.key < $1.key }) {
            try checkVariable(name)
            guard case .text(let text) = node else {
                throw Unfit("\(DottedName.segment(name)) must be text, is \(node.type)")
            }
            environment[name] = Secret(text)
        }
        return environment
    }

    private static func checkVariable(_ name: String) throws(Unfit) {
        guard !name.isEmpty, !name.contains("=") else {
            throw Unfit("\(TOMLNode.text(name).shown) is not the name of an environment variable")
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { DottedName.isBare($0) || $0 == UInt8(ascii: ".") }
    }

    /// Reads a plain decimal number; nil for exponents, infinity and hexadecimal numbers.
    private static func decimal(_ text: String) -> Double? {
        text.utf8.allSatisfy { "-.0123456789".utf8.contains($0) } ? Double(text) : nil
    }
}
