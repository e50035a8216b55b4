import ArgumentParser
import FoundationEssentials
import IXCommand
import IXStore

/// `JobArgument` is a job id of the command line: a whole id, or the beginning of one with 4 characters or more.
struct JobArgument: Sendable {
    private static let least = 4
    /// The number of ids that the refusal of an ambiguous beginning names.
    private static let named = 5

    /// The argument as typed, in lower case.
    let text: String
    private let first: UUID
    private let last: UUID

    /// Reads an argument. Throws for a text that begins no id.
    init(_ argument: String) throws {
        text = argument.lowercased()
        let digits = text.filter { $0 != "-" }
        guard digits.count >= Self.least, digits.count <= 32, digits.allSatisfy(\.isHexDigit),
            let first = Self.id(digits, "0"), let last = Self.id(digits, "f"),
            !text.contains("-") || first.uuidString.lowercased().hasPrefix(text)
        else {
            throw ValidationError(
                "'\(argument)' is no job id: a job id is a UUID, or its first \(Self.least) characters or more.")
        }
        (self.first, self.last) = (first, last)
    }

    /// Returns the job's id. Ends the program with 1 when no job's id begins like this, and with 64 when several do.
    func id(_ store: RoleStore<any JobReading>) async throws -> UUID {
        guard first != last else { return first }
        let found = try await store.perform { [first, last] in
            try $0.jobIDs(from: first, through: last, limit: Self.named + 1)
        }
        guard let id = found.first else { throw Exit.no.saying("there is no job whose id begins with \(text)") }
        guard found.count == 1 else {
            let names = found.prefix(Self.named).map { $0.uuidString.lowercased() }.joined(separator: ", ")
            let more = found.count > Self.named ? " and more" : ""
            throw Exit.usage.saying("\(text) begins several jobs' ids: \(names)\(more)")
        }
        return id
    }

    /// Returns the whole id for a server, which takes no beginning of one.
    func whole() throws -> String {
        guard first == last else {
            throw ValidationError("--server takes whole job ids, and '\(text)' is the beginning of one.")
        }
        return first.uuidString.lowercased()
    }

    private static func id(_ digits: String, _ filler: Character) -> UUID? {
        var text = digits + String(repeating: filler, count: 32 - digits.count)
        for place in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: place)) }
        return UUID(uuidString: text)
    }
}

extension [JobArgument] {
    /// Returns the jobs' ids, in order. Ends the program at the first that isn't the beginning of one id.
    func ids(_ store: RoleStore<any JobReading>) async throws -> [UUID] {
        var ids: [UUID] = []
        for argument in self { ids.append(try await argument.id(store)) }
        return ids
    }
}
