import FoundationEssentials
import IXCore
import IXPipelinesSupport
import IXTestSupport
import Testing

/// Many jobs on one warm pipeline, of which a third has a slip of its handler's author: no other job pays for a slip.
@Suite(.timeLimit(.minutes(20))) struct SlipStormTests {
    private static let slips = ClientSlip.python + ClientSlip.pythonCrashes

    /// A row of the table that the test prints.
    private struct Row {
        let id: Int?
        let status: String
        let code: String
        let attempts: Int
        let milliseconds: Int
    }

    @Test func `a third of the jobs has a slip, and all others are done at their first start, in their usual time`()
        async throws
    {
        let count = ProcessInfo.processInfo.environment["IX_TEST_SLIP_JOBS"].flatMap(Int.init) ?? 300
        try await TestFile.with { file in
            try Self.program.write(to: URL(filePath: file.directory + "/slips.py"))
            try Self.jobs(count).write(to: URL(filePath: file.directory + "/jobs.jsonl"))
            let daemon = try await TestDaemon.ready(
                file.path, set: ["worker.count=4"], toml: Self.toml(file.directory + "/slips.py"))
            let load = try await TestCtl.run(file.path, ["enqueue", "--from", file.directory + "/jobs.jsonl"])
            #expect(load.exit == .code(0), "\(load.text)")
            let isOver = try await eventually(within: .seconds(900)) {
                try await file.counts().filter { ["pending", "running"].contains($0.key) }.isEmpty
            }
            #expect(isOver)
            let rows = try await Self.rows(file)
            #expect(rows.count == count)
            Self.look(at: rows)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    private static func look(at rows: [Row]) {
        let well = rows.filter { $0.id == nil }
        let times = well.map(\.milliseconds).sorted()
        #expect(well.allSatisfy { $0.status == "done" && $0.attempts == 0 })
        // A job may wait for one process to be replaced, and never for a time limit.
        #expect((times.last ?? 0) < 10_000)
        for (index, slip) in slips.enumerated() {
            let own = rows.filter { $0.id == index }
            let isDone = slip.error == nil
            #expect(own.allSatisfy { ($0.status == "done") == isDone }, "\(slip): \(own)")
            let codes = Set(own.map(\.code)).sorted().joined(separator: " ")
            print("\(own.count) × \(isDone ? "done" : codes): \(slip.code.replacing("\n", with: "; ").prefix(70))")
        }
        let shown = [50, 99, 100].map { "p\($0) \(times.isEmpty ? 0 : times[(times.count - 1) * $0 / 100]) ms" }
        print("\(well.count) jobs without a slip: all done: \(shown.joined(separator: ", "))")
    }

    /// Lines for `ixctl enqueue --from`: every third job has the next slip.
    private static func jobs(_ count: Int) -> String {
        (0..<count).map { number in
            let slip = number % 3 == 0 ? number / 3 % slips.count : nil
            // Crashes in a row would open the breaker, at the end, when no other job comes between their starts.
            let starts = slip.map { $0 >= ClientSlip.python.count } == true ? 1 : 3
            return """
                {"use_case":"slips","ix_client_id":"c","request_id":"\(number)","max_attempts":\(starts),\
                "context":{"slip":\(slip.map { "\($0)" } ?? "null")}}

                """
        }.joined()
    }

    private static func rows(_ file: TestFile) async throws -> [Row] {
        let export = try await TestCtl.run(file.path, ["export", file.directory + "/ended.jsonl"])
        guard export.exit == .code(0) else { throw TestFailure(export.text) }
        let text = try String(contentsOf: URL(filePath: file.directory + "/ended.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").compactMap { try row(JSONDocument(response: String($0))) }
    }

    private static func row(_ line: JSONDocument) throws -> Row? {
        guard let job = line["job"]?.object ?? (line["job_id"] == nil ? nil : line),
            let context = job["request"]?.object?["context"]?.object
        else { return nil }
        let times = ["started_at", "finished_at"].compactMap { job[$0]?.string.flatMap { Timestamp($0) } }
        guard times.count == 2 else { throw TestFailure("a job without times: \(job.text.prefix(300))") }
        return Row(
            id: context["slip"]?.number.map { Int($0) }, status: job["status"]?.string ?? "",
            code: job["response"]?.object?["error"]?.object?["code"]?.string ?? "",
            attempts: job["attempts"]?.number.map { Int($0) } ?? -1,
            milliseconds: Int((times[1].microseconds - times[0].microseconds) / 1000))
    }

    private static func toml(_ program: String) -> String {
        """
        [pipelines.slips]
        kind = "worker"
        command = ["python3", "\(program)"]
        timeout_seconds = 60
        """
    }

    private static var program: String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Config/pipelines/client"
        let handlers = slips.enumerated().map { "def slip_\($0)(request, job):\n\($1.body(depth: 4))\n    return {}\n" }
        return """
            import sys; sys.path.insert(0, "\(folder)")
            \(ClientSlip.imports)
            import ix_pipeline

            \(handlers.joined(separator: "\n"))
            def run(request, job):
                slip = request["context"]["slip"]
                return {} if slip is None else globals()[f"slip_{slip}"](request, job)
            ix_pipeline.serve(run)
            """
    }
}
