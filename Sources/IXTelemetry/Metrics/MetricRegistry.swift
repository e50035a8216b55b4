package import CoreMetrics
import Synchronization

/// `MetricRegistry` keeps the counters and histograms of a process, and writes them in Prometheus's text format.
///
/// Parts of the daemon count through handles of swift-metrics, made once. The registry knows the names of
/// `MetricFamily.all` and no others: a handle of any other name counts nothing.
/// Concurrency: safe from any thread; a count takes no lock.
package final class MetricRegistry: MetricsFactory {
    private enum Cell {
        case counter(CounterCell)
        case histogram(HistogramCell)
    }

    private struct State {
        var cells: [String: [[String]: Cell]] = [:]
        var sources: [@Sendable () -> [MetricSample]] = []
    }

    private let state = Mutex(State())
    private static let families = Dictionary(uniqueKeysWithValues: MetricFamily.all.map { ($0.name, $0) })

    /// Creates a registry without a series.
    package init() {}

    /// Adds a source of values that are read at each scrape.
    package func observe(_ source: @escaping @Sendable () -> [MetricSample]) {
        state.withLock { $0.sources.append(source) }
    }

    /// Returns the text of all metrics, with `samples` that the caller read. Every metric has its help and its type,
    /// also without a series.
    package func text(adding samples: [MetricSample] = []) -> String {
        let (cells, sources) = state.withLock { ($0.cells, $0.sources) }
        let read = Dictionary(grouping: sources.flatMap { $0() } + samples) { $0.family.name }
        var text = MetricText()
        for family in MetricFamily.all {
            text.open(family)
            for (labels, cell) in (cells[family.name] ?? [:]).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                switch cell {
                case .counter(let cell): text.add(family, labels, Double(cell.value))
                case .histogram(let cell): text.add(family, labels, cell.reading)
                }
            }
            for sample in read[family.name] ?? [] { text.add(family, sample.labels, sample.value) }
        }
        return text.text
    }

    /// Returns the count of a series; 0 for a series that was never made.
    package func count(_ family: MetricFamily, _ labels: [String] = []) -> Int {
        guard case .counter(let cell)? = state.withLock({ $0.cells[family.name]?[labels] }) else { return 0 }
        return Int(cell.value)
    }

    /// Returns the counts of a counter's series by their labels.
    func counts(of family: MetricFamily) -> [[String]: Int] {
        let cells = state.withLock { $0.cells[family.name] ?? [:] }
        return cells.compactMapValues { if case .counter(let cell) = $0 { Int(cell.value) } else { nil } }
    }

    /// Returns the readings of a histogram's series by their labels.
    func readings(of family: MetricFamily) -> [[String]: HistogramCell.Reading] {
        let cells = state.withLock { $0.cells[family.name] ?? [:] }
        return cells.compactMapValues { if case .histogram(let cell) = $0 { cell.reading } else { nil } }
    }

    private func cell(_ name: String, _ dimensions: [(String, String)], _ isFit: (MetricFamily.Kind) -> Bool) -> Cell? {
        guard let family = Self.families[name], isFit(family.kind) else { return nil }
        let labels = family.labels.map { label in dimensions.first { $0.0 == label }?.1 ?? "" }
        return state.withLock { state in
            if let cell = state.cells[name]?[labels] { return cell }
            let cell: Cell =
                if case .histogram(let buckets) = family.kind {
                    .histogram(HistogramCell(bounds: buckets))
                } else {
                    .counter(CounterCell())
                }
            state.cells[name, default: [:]][labels] = cell
            return cell
        }
    }
}

extension MetricRegistry {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter(let cell)? = cell(label, dimensions, { $0 == .counter }) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let isHistogram = { (kind: MetricFamily.Kind) in if case .histogram = kind { true } else { false } }
        guard case .histogram(let cell)? = cell(label, dimensions, isHistogram) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    // Values that rise and fall are read at a scrape (`observe`), so no handle of the daemon sets one.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { NOOPMetricsHandler.instance }
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        NOOPMetricsHandler.instance
    }

    // A series stays for as long as the process, because a counter that begins anew would fall.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
