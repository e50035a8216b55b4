import ArgumentParser
import IXCore
import IXStore

/// The options which select jobs.
struct FilterOptions: ParsableArguments {
    @Option(help: "Jobs of this client.")
    var clientID: String?

    @Option(help: "Jobs of this use case.")
    var useCase: String?

    @Option(
        help: ArgumentHelp("Inserted longer ago than this: 90s, 15m, 2h, 7d.", valueName: "duration"),
        transform: DurationArgument.read)
    var olderThan: Duration?

    @Option(
        help: ArgumentHelp("Inserted within this: 90s, 15m, 2h, 7d.", valueName: "duration"),
        transform: DurationArgument.read)
    var newerThan: Duration?

    func filter(_ statuses: [JobStatus], errorCode: String? = nil) -> JobFilter {
        JobFilter(
            statuses: Set(statuses), clientID: clientID, useCase: useCase, errorCode: errorCode, olderThan: olderThan,
            newerThan: newerThan)
    }

    /// Returns the filter as members of a JSON object, by the names of the grammar.
    func pairs(_ status: JobStatus) -> [(String, String)] {
        let seconds = { (duration: Duration?) in duration.map { "\($0.components.seconds)s" } }
        let texts = [
            ("status", status.rawValue), ("client_id", clientID), ("use_case", useCase),
            ("older_than", seconds(olderThan)), ("newer_than", seconds(newerThan)),
        ]
        return texts.compactMap { name, text in text.map { (name, JSONPairs.literal($0)) } }
    }
}

/// The value of `--status`: a status as the table names it.
struct StatusArgument: ExpressibleByArgument {
    let status: JobStatus

    init?(argument: String) {
        guard let status = JobStatus(rawValue: argument) else { return nil }
        self.status = status
    }

    static var allValueStrings: [String] { JobStatus.allCases.map(\.rawValue) }
}
