import CoreMetrics
import Foundation
import IXTelemetry
import Testing

@Suite struct MetricTests {
    @Test func `every metric has its help and its type, also without a series`() {
        let lines = MetricRegistry().text().split(separator: "\n")
        for family in MetricFamily.all {
            #expect(lines.contains { $0.hasPrefix("# HELP \(family.name) ") })
            #expect(lines.contains { $0.hasPrefix("# TYPE \(family.name) ") })
        }
        #expect(lines.count == MetricFamily.all.count * 2)
        #expect(Set(MetricFamily.all.map(\.name)).count == MetricFamily.all.count)
    }

    @Test func `a histogram counts each duration in every bucket that holds it`() {
        let meters = DaemonMeters(beside: NOOPMetricsHandler.instance)
        let useCase = meters.jobs.meters(of: "extract")
        useCase.claimed(waited: .milliseconds(3))
        useCase.claimed(waited: .seconds(10))
        useCase.claimed(waited: .seconds(100_000))
        let text = meters.registry.text()
        #expect(text.contains("ix_job_wait_seconds_bucket{use_case=\"extract\",le=\"0.005\"} 1\n"))
        #expect(text.contains("ix_job_wait_seconds_bucket{use_case=\"extract\",le=\"15\"} 2\n"))
        #expect(text.contains("ix_job_wait_seconds_bucket{use_case=\"extract\",le=\"7200\"} 2\n"))
        #expect(text.contains("ix_job_wait_seconds_bucket{use_case=\"extract\",le=\"+Inf\"} 3\n"))
        #expect(text.contains("ix_job_wait_seconds_sum{use_case=\"extract\"} 100010.003\n"))
        #expect(text.contains("ix_job_wait_seconds_count{use_case=\"extract\"} 3\n"))
        #expect(text.contains("ix_jobs_claimed_total{use_case=\"extract\"} 3\n"))
    }

    @Test func `a use case's name can't break out of its label`() {
        let meters = DaemonMeters(beside: NOOPMetricsHandler.instance)
        meters.jobs.meters(of: "a\"} 1\nix_evil 2\\").ended(run: nil)
        let text = meters.registry.text()
        #expect(text.contains("{use_case=\"a\\\"} 1\\nix_evil 2\\\\\",status=\"done\"} 1\n"))
        #expect(!text.contains("\nix_evil"))
    }

    @Test func `10,000 use cases of producers make a bounded text, and none is lost from the sums`() {
        let meters = DaemonMeters(beside: NOOPMetricsHandler.instance)
        meters.jobs.reserve(["configured"])
        var cache = JobMeters.Cache(meters.jobs)
        let codes = ErrorCodes.known.sorted() + ["own"]
        for number in 0..<10_000 {
            let name = "\(number)\"\n\\" + String(repeating: "é", count: 120)
            let useCase = cache.of(name)
            #expect(useCase === meters.jobs.meters(of: name))
            useCase.claimed(waited: .seconds(number))
            useCase.ended(run: .seconds(number))
            for code in codes { useCase.failed(code, run: .seconds(1)) }
            useCase.wentBack(.retry)
        }
        cache.of("configured").claimed(waited: nil)
        let text = meters.registry.text()
        let series = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(series.count <= 5200)
        #expect(text.utf8.count <= 1 << 20)
        #expect(meters.registry.count(.jobsClaimed, ["configured"]) == 1)
        #expect(Self.sum("ix_jobs_claimed_total", series) == 10_001)
        #expect(Self.sum("ix_jobs_ended_total", series) == 10_000 + 10_000 * codes.count)
        #expect(Self.sum("ix_jobs_errors_total", series) == 10_000 * codes.count)
        #expect(series.contains { $0.hasPrefix("ix_jobs_claimed_total{use_case=\"other\"} 992") })
    }

    @Test func `a long name is cut in a label, and two of them stay apart`() {
        let meters = DaemonMeters(beside: NOOPMetricsHandler.instance)
        let long = String(repeating: "n", count: 200)
        for end in ["1", "2"] { meters.jobs.meters(of: long + end).claimed(waited: nil) }
        let lines = meters.registry.text().split(separator: "\n").filter { $0.hasPrefix("ix_jobs_claimed_total{") }
        let cut = lines.filter { $0.contains("nnn~") }
        #expect(cut.count == 2 && Set(cut).count == 2 && cut.allSatisfy { $0.utf8.count < 120 }, "\(lines)")
    }

    @Test func `a program's own factory gets the same counts`() {
        let other = MetricRegistry()
        let meters = DaemonMeters(beside: other)
        meters.jobs.meters(of: "extract").claimed(waited: .seconds(1))
        meters.callbacks.tried(.delivered, seconds: 0.1)
        #expect(other.count(.jobsClaimed, ["extract"]) == 1)
        #expect(other.count(.callbackDeliveries, ["delivered"]) == 1)
        #expect(meters.registry.count(.jobsClaimed, ["extract"]) == 1)
    }

    @Test func `the documented codes are the codes of the counts`() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/codes.md"), encoding: .utf8)
        let table = try #require(page.range(of: "| code | why |\n"))
        let rows = page[table.upperBound...].split(separator: "\n").dropFirst().prefix { $0.hasPrefix("|") }
        let codes = rows.flatMap {
            $0.split(separator: "|")[0].split(separator: "`").filter { $0.first?.isLetter == true }
        }
        #expect(Set(codes.map(String.init)) == ErrorCodes.known)
    }

    /// With IX_WRITE_REFERENCE=1 the page is written anew instead.
    @Test func `the documented metrics are the table of metrics`() throws {
        let page = Self.root.appending(path: "docs/metrics.md")
        if ProcessInfo.processInfo.environment["IX_WRITE_REFERENCE"] == "1" {
            try MetricPage.markdown().write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == MetricPage.markdown())
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func sum(_ name: String, _ series: [Substring]) -> Int {
        series.filter { $0.hasPrefix(name + "{") }.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
            .reduce(0, +)
    }
}
