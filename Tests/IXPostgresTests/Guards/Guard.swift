import FoundationEssentials
import IXTestSupport
import Testing

/// An entry of the model's table of guards.
struct Guard: Sendable, CustomTestStringConvertible {
    let name: String
    /// Under Sources/IXPostgres/SQL.
    private(set) var file = ""
    private(set) var text = ""
    /// What stands there without it.
    private(set) var becomes = ""
    /// Those that catch the same, and go with it.
    private(set) var partners: [String] = []
    private(set) var isSpare = false

    var testDescription: String { name }
    /// The statement's or the migration's name.
    var statement: String { String(file.split(separator: "/").last?.dropLast(4) ?? "") }

    static let all: [Guard] = {
        do { return try read() } catch { fatalError("model/guards: \(error)") }
    }()

    static subscript(name: String) -> Guard? { all.first { $0.name == name } }

    /// With all that goes with it.
    var removed: [Guard] { [self] + partners.compactMap { Guard[$0] } }

    private static func read() throws -> [Guard] {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let table = try String(contentsOf: URL(filePath: root + "/model/guards"), encoding: .utf8)
        return table.split(separator: "\n").filter { !$0.hasPrefix("#") }.reduce(into: []) { guards, line in
            let (word, rest) = halves(line)
            if word == "guard" { return guards.append(Guard(name: rest)) }
            guards[guards.count - 1].take(word, rest)
        }
    }

    private static func halves(_ line: Substring) -> (String, String) {
        let word = line.prefix { $0 != " " }
        return (String(word), String(line.dropFirst(word.count + 1)))
    }

    private mutating func take(_ word: String, _ rest: String) {
        switch word {
        case "in": file = rest
        case "text": text = rest
        case "becomes": becomes = rest
        case "with": partners = rest.split(separator: " ").map(String.init)
        case "spare": isSpare = true
        default: break
        }
    }
}
