import CoreMetrics
import Synchronization

/// `CounterCell` is a count that only grows, changed by one atomic addition.
final class CounterCell: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    // A counter of the text format never falls, so a reset is left out.
    func reset() {}
}

/// `HistogramCell` counts durations by bucket, and adds the durations up.
final class HistogramCell: TimerHandler, Sendable {
    /// A reading of the cell.
    struct Reading: Sendable {
        /// The durations in each bucket, and last those above every bound.
        let counts: [Int64]
        /// The sum of all durations, in seconds.
        let seconds: Double

        var count: Int64 { counts.reduce(0, +) }
    }

    private let bounds: [Int64]
    private let cells: [CounterCell]
    private let nanoseconds = Atomic<Int64>(0)

    /// Creates a histogram with upper bounds in seconds.
    init(bounds: [Double]) {
        self.bounds = bounds.map { Int64($0 * 1e9) }
        cells = (0...bounds.count).map { _ in CounterCell() }
    }

    var reading: Reading {
        Reading(counts: cells.map(\.value), seconds: Double(nanoseconds.load(ordering: .relaxed)) / 1e9)
    }

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(duration, 0)
        var index = 0
        while index < bounds.count, duration > bounds[index] { index += 1 }
        cells[index].increment(by: 1)
        nanoseconds.wrappingAdd(duration, ordering: .relaxed)
    }
}
