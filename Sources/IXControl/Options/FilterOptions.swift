import ArgumentParser
import IXCore
import IXRepresentation
import IXStore

/// The options which select jobs, in the grammar of the HTTP API: a comma means "or", and double quotes keep one.
struct FilterOptions: ParsableArguments {
    @Option(help: "Jobs of this client; a comma means or.")
    var clientID: String?

    @Option(help: "Jobs of this use case; a comma means or.", completion: StoreCompletion.useCases)
    var useCase: String?

    @Option(
        help: "Jobs of this queue, which for a plain job is its use case; a comma means or.",
        completion: StoreCompletion.queues)
    var queue: String?

    @Option(help: "Jobs of this group of their queue; a comma means or.")
    var group: String?

    @Option(help: ArgumentHelp("Members of this batch, by its whole id.", valueName: "batch-id"))
    var batch: String?

    @Option(
        help: "Jobs that this schedule has inserted; a comma means or.", completion: StoreCompletion.schedules)
    var schedule: String?

    @Option(help: ArgumentHelp("Inserted longer ago than this: 90s, 15m, 2h, 7d.", valueName: "duration"))
    var olderThan: String?

    @Option(help: ArgumentHelp("Inserted within this: 90s, 15m, 2h, 7d.", valueName: "duration"))
    var newerThan: String?

    func validate() throws { _ = try filter() }  // ignored: only that the values can be read

    /// The options that were given, by the names of the grammar.
    var pairs: [(name: String, value: String)] {
        Self.given([
            ("client_id", clientID), ("use_case", useCase), ("queue", queue), ("group", group), ("batch", batch),
            ("schedule", schedule), ("older_than", olderThan), ("newer_than", newerThan),
        ])
    }

    /// Returns the filter of these options and of further ones.
    func filter(_ others: [(name: String, value: String)] = []) throws -> JobFilter {
        do throws(InvalidInput) { return try FilterGrammar.read(pairs + others) } catch {
            let option = "--" + error.field.replacing("_", with: "-")
            throw ValidationError("\(option): \(error.reason)")
        }
    }

    /// Returns those of the pairs that have a value.
    static func given(_ pairs: [(String, String?)]) -> [(name: String, value: String)] {
        pairs.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    /// Returns the filter as members of a JSON object, by the names of the grammar.
    func members(_ statuses: [JobStatus]) -> [(String, String)] {
        let status = (name: "status", value: statuses.map(\.rawValue).joined(separator: ","))
        return ([status] + pairs).map { ($0.name, JSONPairs.literal($0.value)) }
    }
}

/// A value of `--status`: statuses as the table names them, with commas between.
struct StatusArgument: ExpressibleByArgument {
    let statuses: [JobStatus]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        statuses = words.compactMap { JobStatus(rawValue: String($0)) }
        guard statuses.count == words.count else { return nil }
    }

    static var allValueStrings: [String] { JobStatus.allCases.map(\.rawValue) }
}
