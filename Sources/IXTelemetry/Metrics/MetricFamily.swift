/// `MetricFamily` describes a metric: the name, the type, the meaning and the names of its labels.
package struct MetricFamily: Sendable {
    /// The type of a metric.
    package enum Kind: Sendable, Equatable {
        case counter
        case gauge
        /// `buckets` are the upper bounds in seconds, in ascending order, without infinity.
        case histogram(buckets: [Double])

        /// The word of the text format.
        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// The name in the text format.
    package let name: String
    /// The type.
    package let kind: Kind
    /// The meaning, as one line of the text format.
    package let help: String
    /// The names of the labels, in the order of the text format.
    package let labels: [String]

    init(_ name: String, _ kind: Kind, _ labels: [String] = [], help: String) {
        (self.name, self.kind, self.labels, self.help) = (name, kind, labels, help)
    }
}

/// `MetricSample` is a value that is read at the moment of a scrape.
package struct MetricSample: Sendable {
    let family: MetricFamily
    /// The values of the family's labels, in the family's order.
    let labels: [String]
    let value: Double

    /// Creates a sample. Requires: `labels` has a value for each label of the family.
    package init(_ family: MetricFamily, _ labels: [String] = [], _ value: Double) {
        (self.family, self.labels, self.value) = (family, labels, value)
    }

    /// Creates a sample with a whole number.
    package init(_ family: MetricFamily, _ labels: [String] = [], _ value: Int) {
        self.init(family, labels, Double(value))
    }

    /// Creates a sample that is 1 when `isTrue`, else 0.
    package init(_ family: MetricFamily, _ labels: [String] = [], isTrue: Bool) {
        self.init(family, labels, isTrue ? 1 : 0)
    }
}

extension MetricSample {
    /// Returns the samples of a pool of connections.
    package static func connections(_ pool: String, busy: Int, idle: Int, waiting: Int) -> [MetricSample] {
        [("busy", busy), ("idle", idle), ("waiting", waiting)].map {
            MetricSample(.storeConnections, [pool, $0.0], $0.1)
        }
    }
}
