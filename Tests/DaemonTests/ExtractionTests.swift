import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// The example pipeline runs, through the whole path, on documents for which the pipeline wasn't tuned.
@Suite(.needsPostgres, .timeLimit(.minutes(4)))
struct ExtractionTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private static let pipeline = """
        [pipelines.extract]
        kind = "exec"
        command = ["python3", "\(root)/Config/pipelines/extract/extract.py"]
        """

    private func python(_ arguments: [String]) async throws -> TestProcess {
        let process = try TestProcess("/usr/bin/env", ["python3"] + arguments)
        guard try await process.exitStatus(within: .seconds(120)) == .code(0) else {
            throw TestFailure(process.lines.joined(separator: "\n"))
        }
        return process
    }

    @Test(arguments: [false, true])
    func `an invoice made at random is read right, with where each value stands`(scanned: Bool) async throws {
        let folder = try Scratch.directory()
        // Reading a scan is a matter of luck in some of a hundred, so the scanned one is always the same.
        let seed = scanned ? "7" : "\(Int.random(in: 1_000_000...9_999_999))"
        _ = try await python(
            [Self.root + "/Config/samples/make_samples.py", "--seed", seed, "--out", folder]
                + (scanned ? ["--scanned"] : []))
        let pdf = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pdf") })
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: Self.pipeline)
            let job = try await database.enqueue(
                "extract", fields: #"{"context":{"document":\#(JSONString.encode(folder + "/" + pdf))}}"#)
            try await database.wait(job, until: "status IN ('done', 'error')", within: .seconds(90))
            #expect(try await database.job(job, "status") == "done", "seed \(seed)")
            let provenance = "response->'result'->'fields'->'gross_total'->'provenance'->0"
            #expect(try await database.job(job, "(\(provenance)->>'page')::int >= 1") == "true", "seed \(seed)")
            #expect(
                try await database.job(job, "jsonb_array_length(\(provenance)->'bbox') = 4") == "true", "seed \(seed)")
            try await compare(database, job, folder + "/" + pdf.replacing(".pdf", with: ".truth.json"), seed)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `kept warm it reads the same as started for each job`() async throws {
        let warm = """

            [pipelines.warm]
            kind = "worker"
            command = ["python3", "\(Self.root)/Config/pipelines/extract/warm.py"]
            """
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: Self.pipeline + warm)
            for sample in ["invoice-de.pdf", "letter-en.pdf"] {
                let fields = #"{"context":{"document":\#(JSONString.encode(Self.root + "/Config/samples/" + sample))}}"#
                var results: [String?] = []
                for useCase in ["extract", "warm"] {
                    let job = try await database.enqueue(useCase, fields: fields)
                    try await database.wait(job, until: "status IN ('done', 'error')", within: .seconds(90))
                    results.append(try await database.job(job, "CASE status WHEN 'done' THEN response->'result' END"))
                }
                #expect(results[0] != nil && results[0] == results[1], "\(sample)")
            }
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    /// Number, date and totals, which stand on every invoice.
    private func compare(_ database: TestDatabase, _ job: String, _ path: String, _ seed: String) async throws {
        let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        let truth = try JSONDocument(response: text)
        let fields = truth["fields"]?.object ?? truth
        for name in ["invoice_number", "invoice_date", "net_total", "tax_total", "gross_total"] {
            let expected = fields[name]?.string ?? fields[name]?.object?["value"]?.string
            let read = try await database.job(job, "response->'result'->'fields'->'\(name)'->>'value'")
            #expect(read == expected, "\(name), seed \(seed)")
        }
    }

    @Test func `amounts, dates and turned pages are read rightly or left out, and an unreadable document says why`()
        async throws
    {
        let tests = try await python([Self.root + "/Tests/extract/test_extract.py"])
        #expect(tests.lines.contains { $0.hasPrefix("Ran ") && !$0.hasPrefix("Ran 0 ") })
    }

    @Test func `a document that isn't there ends in a clear error`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, toml: Self.pipeline)
            let job = try await database.enqueue("extract", fields: #"{"context":{"document":"/nowhere.pdf"}}"#)
            try await database.wait(job, until: "status = 'error'")
            #expect(try await database.job(job, "response->'error'->>'code'") == "document_missing")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
