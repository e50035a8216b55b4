/// `MetricText` writes Prometheus's text format, version 0.0.4.
struct MetricText {
    private(set) var text = ""

    mutating func open(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.word)\n"
    }

    mutating func add(_ family: MetricFamily, _ labels: [String], _ value: Double) {
        line(family.name, Self.pairs(family, labels), value)
    }

    mutating func add(_ family: MetricFamily, _ labels: [String], _ reading: HistogramCell.Reading) {
        guard case .histogram(let buckets) = family.kind else { return }
        let pairs = Self.pairs(family, labels)
        var count: Int64 = 0
        for (index, bucket) in buckets.enumerated() {
            count += reading.counts[index]
            line(family.name + "_bucket", pairs + ["le=\"\(Self.number(bucket))\""], Double(count))
        }
        line(family.name + "_bucket", pairs + ["le=\"+Inf\""], Double(reading.count))
        line(family.name + "_sum", pairs, reading.seconds)
        line(family.name + "_count", pairs, Double(reading.count))
    }

    private mutating func line(_ name: String, _ pairs: [String], _ value: Double) {
        text += name
        if !pairs.isEmpty { text += "{" + pairs.joined(separator: ",") + "}" }
        text += " \(Self.number(value))\n"
    }

    private static func pairs(_ family: MetricFamily, _ labels: [String]) -> [String] {
        zip(family.labels, labels).map { "\($0)=\"\(escaped(bounded($1), quotes: true))\"" }
    }

    /// Maximum bytes of a label's value. With at most 6,000 series a scrape stays under 1 MiB.
    private static let mostBytes = 80

    /// Returns the value, cut when it is long. The cut value ends with a hash of the whole, so that two long values with
    /// the same beginning stay apart.
    private static func bounded(_ value: String) -> String {
        guard value.utf8.count > mostBytes else { return value }
        var (kept, bytes) = (String.UnicodeScalarView(), 0)
        for scalar in value.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= mostBytes - 12 else { break }
            kept.append(scalar)
        }
        // FNV-1a.
        let hash = value.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash, radix: 16)
        return String(kept) + "~" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Returns a number in Go's form.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    /// Returns a text without line ends, so that no label begins a line of its own.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
