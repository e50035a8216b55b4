import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXSchedules
import IXStore

struct ScheduleSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make a schedule, or change the one with the name.",
        discussion: """
            ixctl schedule set nightly report --cron '30 2 * * *' --time-zone Europe/Berlin
            The command names the whole schedule: what is left out gets its default. A change of the moments plans anew.
            --dry-run shows the next moments, and changes nothing.
            """)

    @Argument(help: "The schedule's name.")
    var name: String

    @Argument(help: "Use case of the jobs, if --request doesn't name one.")
    var useCase: String?

    @Option(help: "Five fields as in crontab, or @hourly, @daily, @weekly, @monthly, @yearly.")
    var cron: String?

    @Option(
        help: ArgumentHelp("Instead of --cron: equal distances, such as 90s, 15m, 2h, 7d.", valueName: "duration"),
        transform: DurationArgument.read)
    var every: Duration?

    @Option(help: "Zone whose clock --cron follows, such as Europe/Berlin (default: UTC).")
    var timeZone: String?

    @Option(
        help: ArgumentHelp("The request's other fields as a JSON object; - reads standard input.", valueName: "file"))
    var request: String?

    @Option(help: "URL to which the response of each job is posted.")
    var callbackURL: String?

    @Option(help: "Queue in whose line the jobs stand.")
    var queue: String?

    @Option(help: "Group of the jobs within the queue.")
    var groupKey: String?

    @Option(help: "Smaller starts sooner, within the queue: -1000 to 1000.")
    var priority: Int?

    @Option(help: "Starts of a job that may fail or crash; 0: no limit.")
    var maxAttempts: Int?

    @Option(help: "What becomes of moments without a daemon: last fires the newest (default), skip none.")
    var missed: String?

    @Option(
        help: ArgumentHelp("A missed moment further back doesn't fire (default: 1d).", valueName: "duration"),
        transform: DurationArgument.read)
    var missedWithin: Duration?

    @Option(help: "While the last job has not ended: allow another (default), skip the moment, or replace the job.")
    var overlap: String?

    @Option(help: "No moment is earlier, such as 2026-03-04T05:06:07Z (UTC without a zone), or after +15m.")
    var startsAt: String?

    @Option(help: "No moment is later; as for --starts-at.")
    var endsAt: String?

    @Flag(help: "Only show the schedule and its next moments.")
    var dryRun = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (cron == nil) != (every == nil) else { throw ValidationError("Give either --cron or --every.") }
    }

    func run() async throws {
        let definition = try definition()
        if dryRun { return try show(definition) }
        if let server = try remote.remote {
            let body = JSONPairs([("request", definition.request)] + definition.members).text
            return print(try await server.post("/v1/schedules/\(RemoteServer.encoded(name))", body: body))
        }
        try await options.changing { store in
            let set = try await AuditedStore(store).change { operations in
                _ = try operations.setSchedule(definition)  // ignored: the row has the version
                let entry = AuditEntry(
                    command: "schedule_set", target: definition.name, filter: definition.members)
                return (try operations.schedule(definition.name), [entry])
            }
            if let set { print(set.json()) }
        }
    }

    private func show(_ definition: ScheduleDefinition) throws {
        let moments: ScheduleMoments
        do { moments = ScheduleMoments(try definition.rule(), count: 5, from: .now) } catch {
            throw Exit.usage.saying(PrintedText.safe("\(error)"))
        }
        print(definition.json)
        MomentTable.show(moments)
    }

    private func definition() throws -> ScheduleDefinition {
        do throws(InvalidInput) {
            var pairs: [(String, String)] = [("request", try document().text)]
            let texts = [
                ("cron", cron), ("time_zone", timeZone), ("callback_url", callbackURL), ("queue", queue),
                ("group_key", groupKey), ("missed", missed), ("overlap", overlap),
                ("starts_at", try Self.time(startsAt, "starts_at")), ("ends_at", try Self.time(endsAt, "ends_at")),
            ]
            pairs += texts.compactMap { name, text in text.map { (name, JSONPairs.literal($0)) } }
            let numbers = [("priority", priority), ("max_attempts", maxAttempts)]
            pairs += numbers.compactMap { name, number in number.map { (name, "\($0)") } }
            let times = [("every_seconds", every), ("missed_within_seconds", missedWithin)]
            pairs += times.compactMap { name, time in time.map { (name, "\($0.inSeconds)") } }
            let text = JSONPairs(pairs).text
            return try ScheduleDefinition(
                name,
                try JSONDocument(
                    text.utf8, field: "request", limit: Limits.requestBytes * 2, nesting: Limits.nesting + 1))
        } catch {
            throw Exit.usage.saying(PrintedText.safe(error.description))
        }
    }

    private static func time(_ text: String?, _ field: String) throws(InvalidInput) -> String? {
        guard let text else { return nil }
        return try TimeArgument.read(text, field: field)
    }

    /// The request: the file's fields, with the use case of the command line.
    private func document() throws(InvalidInput) -> JSONDocument {
        var document = try JSONDocument(request: "{}")
        if let request {
            let bytes = try InputFile(request).read(upTo: Limits.requestBytes + 1)
            document = try JSONDocument(bytes, field: "request", limit: Limits.requestBytes)
        }
        guard let useCase else { return document }
        if let other = document["use_case"]?.string, other != useCase {
            throw InvalidInput("use_case", "the request's differs from the command line's")
        }
        return document.setting([("use_case", useCase)])
    }
}
