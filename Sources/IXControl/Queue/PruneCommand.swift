import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConfig
import IXCore
import IXStore

struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete jobs that ended long ago.",
        discussion: """
            The ages are those of [retention] in the configuration, unless an option replaces them; 0 keeps all jobs.
            Jobs with a due callback stay. With [retention] receipt_days a job on PostgreSQL gets its receipt first, and goes
            with the next prune, a minute on at least. Jobs are deleted in small batches with short pauses, so that running daemons
            are hardly slowed. A daemon with [retention] does the same by itself.

            Examples:
              ixctl prune --done-days 30 --error-days 90 --dry-run
            """.flowing)

    @Option(help: "Delete done jobs that ended this many days ago; 0.5 is twelve hours, 0 keeps all.")
    var doneDays: Double?

    @Option(help: "The same for jobs that ended in error.")
    var errorDays: Double?

    @Flag(help: "Only count what would be deleted; reads the whole table.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        for (name, days) in [("--done-days", doneDays), ("--error-days", errorDays)] {
            guard let days, !(0...36_500).contains(days) else { continue }
            throw ValidationError("\(name): must be 0…36500 days, is \(days).")
        }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let retention = retention(configuration.retention)
        guard !retention.keepsAll else {
            throw Exit.usage.saying("nothing to prune: give --done-days or --error-days, or set [retention]")
        }
        let store = try configuration.openStore("ixctl", connections: 1, callTimeout: dryRun ? .seconds(600) : nil)
        try await reportingStoreErrors {
            let count =
                try await dryRun
                ? store.perform { try $0.prunable(retention) }
                : prune(retention, configuration.retention.batch, store)
            report(count)
        }
    }

    private func retention(_ configured: Configuration.Retention) -> Retention {
        Retention(
            done: doneDays.map(Self.limit) ?? configured.done, error: errorDays.map(Self.limit) ?? configured.error,
            receipt: configured.receipt)
    }

    private static func limit(_ days: Double) -> Duration? { days == 0 ? nil : .seconds(days * 86_400) }

    private func prune(_ retention: Retention, _ batch: Int, _ store: any JobStore) async throws -> PruneCount {
        var (count, cursor): (PruneCount, PruneCursor?) = (PruneCount(), nil)
        repeat {
            let (from, start) = (cursor, ContinuousClock.now)
            let pruned = try await AuditedStore(store).change { operations in
                let pruned = try operations.prune(retention, from: from, limit: batch)
                return (pruned, Self.entries(pruned.count, retention))
            }
            count += pruned.count
            cursor = pruned.next
            // The rest lasts as long as the batch took, so that half of the time is left to other clients of the store.
            if cursor != nil { try await Task.sleep(for: .now - start) }
        } while cursor != nil
        return count
    }

    private static func entries(_ count: PruneCount, _ retention: Retention) -> [AuditEntry] {
        guard count.total > 0 else { return [] }
        let days = { (age: Duration?) in age.map { "\($0 / .seconds(86_400))" } ?? "null" }
        let filter = [("done_days", days(retention.done)), ("error_days", days(retention.error))]
        return [AuditEntry(command: "prune", target: nil, filter: filter, count: count.total)]
    }

    private func report(_ count: PruneCount) {
        if json {
            return print(
                JSONPairs([
                    ("done", "\(count.done)"), ("error", "\(count.error)"), ("total", "\(count.total)"),
                    ("receipts", "\(count.receipts)"), ("dry_run", "\(dryRun)"),
                ]).text)
        }
        let jobs = count.total == 1 ? "1 job" : "\(count.total) jobs"
        print("\(jobs) \(dryRun ? "would be deleted" : "deleted"): \(count.done) done, \(count.error) in error")
        if count.receipts > 0 {
            print("\(count.receipts) more got a receipt, and go with the next prune, a minute from now or later")
        }
    }
}
