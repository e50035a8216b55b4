/// `MetricPage` writes the tables of the page of all metrics.
package enum MetricPage {
    /// Returns the page `docs/metrics.md`.
    package static func markdown() -> String {
        introduction + sections.map { "\n## \($0.title)\n\n" + head + $0.families.map(row).joined() }.joined()
    }

    private static let introduction = """
        # Metrics

        `GET /metrics` of the HTTP server answers in Prometheus's text format 0.0.4; docs/observability.md says how to
        scrape it. Times are in seconds. Every metric has its help and type also without a series. A use case is a
        label of its own for the first 75 names, those of the configuration first; the others share `other`.

        The queue's levels are those of the whole queue, the same from every daemon: read them with `max`. All else is
        what one daemon did or holds: add it up over daemons.

        """

    private static let sections = [
        (title: "The queue", families: MetricFamily.queueFamilies), (title: "Jobs", families: MetricFamily.jobFamilies),
        (title: "Schedules", families: MetricFamily.scheduleFamilies),
        (title: "The daemon", families: MetricFamily.daemonFamilies),
        (title: "The HTTP server", families: MetricFamily.httpFamilies),
        (title: "The process", families: MetricFamily.processFamilies),
    ]

    private static let head = "| metric | type | labels | meaning |\n|---|---|---|---|\n"

    private static func row(_ family: MetricFamily) -> String {
        let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
        var help = family.help
        if case .histogram(let buckets) = family.kind {
            help += " Buckets: \(buckets.map(MetricText.number).joined(separator: " "))."
        }
        return "| `\(family.name)` | \(family.kind.word) | \(labels) | \(help) |\n"
    }
}
