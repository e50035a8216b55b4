import IXCore
import IXRepresentation
import IXStore

/// `HistoryText` shows buckets for people: a line for each use case with a curve on a terminal, else a line for each
/// bucket.
struct HistoryText {
    private let step: HistoryStep
    private let buckets: [HistoryBucket]
    private let draws: Bool
    private let clock: ClockText

    init(_ step: HistoryStep, _ buckets: [HistoryBucket], draws: Bool, clock: ClockText = ClockText()) {
        (self.step, self.buckets, self.draws, self.clock) = (step, buckets, draws, clock)
    }

    /// Returns the lines, none wider than `width` cells.
    func lines(fitting width: Int?) -> [String] {
        guard !buckets.isEmpty else { return ["Nothing happened in this time, or no daemon keeps a history."] }
        return (draws ? curves : table).lines(fitting: width)
    }

    private var table: TextTable {
        var table = TextTable(
            [TextTable.Column(heading: "BUCKET"), .init(heading: "USE CASE", least: 8)]
                + Self.counts.map { .init(heading: $0, alignment: .right) })
        for bucket in buckets { table.add([minute(bucket), bucket.useCase] + Self.cells(bucket)) }
        return table
    }

    private var curves: TextTable {
        let starts = buckets.map(\.start)
        guard let first = starts.min(), let last = starts.max() else { return TextTable([]) }
        var table = TextTable(
            [.init(heading: "USE CASE", least: 8)] + Self.counts.map { .init(heading: $0, alignment: .right) }
                + [.init(heading: "ENDED SINCE \(minute(HistoryBucket(start: first, useCase: "")))", least: 10)])
        for (useCase, own) in Dictionary(grouping: buckets, by: \.useCase).sorted(by: { $0.key < $1.key }) {
            var sum = HistoryBucket(useCase: useCase)
            for bucket in own { sum.add(bucket) }
            let ended = Dictionary(own.map { ($0.start, $0.done + $0.error) }, uniquingKeysWith: +)
            let values = stride(from: first, through: last, by: step.seconds).map { ended[$0] ?? 0 }
            table.add([useCase] + Self.cells(sum) + [Sparkline.text(values)])
        }
        return table
    }

    private static let counts = ["CLAIMED", "DONE", "ERROR", "BACK", "WAIT", "RUN", "MOST DUE"]

    private static func cells(_ bucket: HistoryBucket) -> [String] {
        [
            "\(bucket.claimed)", "\(bucket.done)", "\(bucket.error)", "\(bucket.handedBack)",
            mean(bucket.waitSeconds, bucket.waits), mean(bucket.runSeconds, bucket.runs),
            bucket.dueMost.map { "\($0)" } ?? "",
        ]
    }

    /// The mean in seconds; blank without a measurement.
    private static func mean(_ seconds: Double, _ counts: [Int]) -> String {
        let count = counts.reduce(0, +)
        guard count > 0 else { return "" }
        return Duration.seconds(max(0, min(seconds / Double(count), 1e9))).secondsText + " s"
    }

    /// The start of a bucket without seconds, as `2026-03-04 06:06 CET`.
    private func minute(_ bucket: HistoryBucket) -> String {
        let parts = clock.plain(bucket.startText).split(separator: " ")
        guard parts.count == 3 else { return bucket.startText }
        return "\(parts[0]) \(parts[1].prefix(5)) \(parts[2])"
    }
}

/// `Sparkline` draws numbers as a line of bars.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// Returns a bar for each number; 0 is a blank, so that a rare event stands out.
    static func text(_ values: [Int]) -> String {
        guard let most = values.max(), most > 0 else { return "" }
        return String(values.map { $0 <= 0 ? " " : bars[min(bars.count - 1, ($0 * bars.count - 1) / most)] })
    }
}
