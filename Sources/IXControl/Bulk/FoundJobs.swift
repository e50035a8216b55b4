import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXStore

/// `FoundJobs` counts the jobs that a filter finds by use case and client, so that an operator sees whose jobs a command
/// would change.
struct FoundJobs {
    private struct Owner: Hashable {
        let useCase: String
        let client: String
    }

    /// The rows of a table at most; further owners share a row.
    private static let most = 20

    private var counts: [Owner: Int] = [:]
    /// The number of all jobs.
    private(set) var total = 0

    mutating func add(_ jobs: [JobSummary]) {
        for job in jobs {
            counts[Owner(useCase: job.names.useCase ?? "(none)", client: job.names.clientID), default: 0] += 1
        }
        total += jobs.count
    }

    /// The table: most jobs first.
    func lines(fitting width: Int?) -> [String] {
        var table = TextTable([
            .init(heading: "USE CASE", least: 8), .init(heading: "CLIENT", least: 6),
            .init(heading: "JOBS", alignment: .right),
        ])
        let owners = counts.sorted {
            ($1.value, $0.key.useCase, $0.key.client) < ($0.value, $1.key.useCase, $1.key.client)
        }
        let rest = owners.dropFirst(Self.most)
        for (owner, count) in owners.prefix(Self.most) { table.add([owner.useCase, owner.client, "\(count)"]) }
        if !rest.isEmpty { table.add(["\(rest.count) others", "", "\(rest.reduce(0) { $0 + $1.value })"]) }
        return table.lines(fitting: width)
    }

    /// True where a question can be asked: a person reads standard error, and types.
    static var canAsk: Bool { Terminal.isOn(STDIN_FILENO) && Terminal.isOn(STDERR_FILENO) }

    /// Shows the jobs and asks; ends the program with 1 for any answer but yes. `verb` is such as *cancel*.
    func confirm(_ verb: String) throws {
        guard total > 0 else { return }
        for line in lines(fitting: Terminal.size(STDERR_FILENO).columns) { StandardError.say(line) }
        Terminal.write("\(verb) \(total == 1 ? "this job" : "these \(total) jobs")? [y/N] ", to: STDERR_FILENO)
        let answer = readLine()?.lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else { throw Exit.no.saying("nothing was changed") }
    }
}

/// `ChangeBar` shows how far a command is that changes many jobs, on a terminal alone.
final class ChangeBar {
    private let bar: ProgressBar?
    private let verb: String
    private let total: Int?
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant?
    private var count = 0

    /// `verb` is such as *cancelling*; `total` is nil when the jobs were not counted before. A command whose output is
    /// read on the same terminal gets no bar.
    init(_ verb: String, of total: Int?, listsJobs: Bool) {
        bar = listsJobs && Terminal.isOn(STDOUT_FILENO) ? nil : ProgressBar()
        (self.verb, self.total) = (verb, total)
    }

    /// Adds jobs that were looked at, and draws at most ten times a second.
    func add(_ jobs: Int) {
        count += jobs
        if let last, ContinuousClock.now - last < .milliseconds(100) { return }
        last = .now
        let seconds = max((ContinuousClock.now - start).inSeconds, 0.001)
        let of = total.map { " of \($0)" } ?? ""
        let fraction = total.map { min(1, Double(count) / Double(max($0, 1))) }
        bar?.show(
            verb,
            Progress(
                fraction: fraction, message: "\(count)\(of)  \(Int(Double(count) / seconds))/s", logTail: "",
                logBytes: 0))
    }

    /// Erases the bar, before another line and at the end.
    func clear() { bar?.clear() }
}
