import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXSchedules
import IXStore

struct ScheduleNextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "Show the next moments of a schedule, or of a cron expression.",
        discussion: """
            ixctl schedule next nightly --count 3
            ixctl schedule next --cron '30 2 * * *' --time-zone Europe/Berlin --from 2026-03-28
            Each moment is shown as the zone's clock shows it, and in UTC.
            """)

    @Argument(help: "The schedule's name.")
    var name: String?

    @Option(help: "Instead of a name: five fields as in crontab, or @daily and the like. No store is asked.")
    var cron: String?

    @Option(help: "Zone whose clock --cron follows (default: UTC).")
    var timeZone: String?

    @Option(help: "Moments later than this, such as 2026-03-04T05:06:07Z (UTC without a zone; default: now).")
    var from: String?

    @Option(help: "At most so many moments.")
    var count: Int = 10

    @Flag(help: "Print the moments as JSON.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (name == nil) != (cron == nil) else { throw ValidationError("Give either a name or --cron.") }
        guard timeZone == nil || cron != nil else { throw ValidationError("--time-zone goes with --cron.") }
        guard (1...ScheduleMoments.most).contains(count) else {
            throw ValidationError("--count is 1 to \(ScheduleMoments.most).")
        }
    }

    func run() async throws {
        let start = try start()
        guard let name else { return show(try rule(cron ?? "", timeZone ?? "UTC"), start) }
        if let server = try remote.remote {
            let query: [(String, String?)] = [("from", start?.text), ("count", "\(count)")]
            return print(try await server.get("/v1/schedules/\(RemoteServer.encoded(name))/next", query))
        }
        try await options.showing { store in
            let state = try await store.schedule(named: name)
            show(try Self.reporting { try state.definition.rule() }, start)
            if state.pausedAt != nil {
                let reason = state.pausedReason.map { ": \($0)" } ?? ""
                StandardError.say(PrintedText.safe("schedule \(name) is paused\(reason)"))
            }
        }
    }

    private func rule(_ cron: String, _ zone: String) throws -> ScheduleRule {
        try Self.reporting { try ScheduleRule.read(cron: cron, every: nil, timeZone: zone) }
    }

    private static func reporting(_ body: () throws -> ScheduleRule) throws -> ScheduleRule {
        do { return try body() } catch { throw Exit.usage.saying(PrintedText.safe("\(error)")) }
    }

    private func start() throws -> Timestamp? {
        guard let from else { return nil }
        do throws(InvalidInput) { return Timestamp(try TimeArgument.read(from, field: "--from")) } catch {
            throw Exit.usage.saying(PrintedText.safe(error.description))
        }
    }

    private func show(_ rule: ScheduleRule, _ start: Timestamp?) {
        let moments = ScheduleMoments(rule, count: count, from: start ?? .now)
        if json { return print(moments.json) }
        if moments.moments.isEmpty { return StandardError.say("No moment comes.") }
        MomentTable.show(moments)
    }
}

/// Prints moments: as the zone's clock shows them, and in UTC.
enum MomentTable {
    static func show(_ moments: ScheduleMoments) {
        var table = TextTable([
            .init(heading: "LOCAL (\(moments.rule.zone.name))", least: 8), .init(heading: "UTC", least: 8),
        ])
        for moment in moments.moments { table.add([moments.local(moment), moment.text.prefix(19) + "Z"]) }
        table.lines(fitting: Terminal.width).forEach { print($0) }
    }
}
