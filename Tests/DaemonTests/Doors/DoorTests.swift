import FoundationEssentials
import Glibc
import IXCore
import IXPostgres
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// Every door says the same to the same job, in the same words, and lets it in as the same row. A further door is one more entry of
/// `Entry.all` and one more function that knocks.
@Suite(.needsPostgres, .serialized, .timeLimit(.minutes(5))) struct DoorTests {
    @Test func `the same job gets the same answer at every door`() async throws {
        try await TestDatabase.with { database in
            // A setting of the database must not change the meaning of a time without a zone.
            try await database.sql("ALTER DATABASE \(database.name) SET timezone = 'Asia/Tokyo'")
            try await TestFile.with { file in
                let answers = try await knock(database, file)
                print(Self.table(answers))
                for (number, one) in DoorCase.all.enumerated() { compare(one, answers[number]) }
            }
        }
    }

    private func compare(_ one: DoorCase, _ answers: [Entry: String]) {
        var rows: Set<String> = []
        for entry in Entry.all where !one.lacking.contains(entry.door) {
            guard let answer = answers[entry] else {
                Issue.record("\(one.name): no answer at \(entry.name)")
                continue
            }
            if let other = one.others[entry.door] ?? one.refusal {
                #expect(
                    other == "PostgreSQL's own words" ? !answer.hasPrefix("taken") : Self.isSame(answer, other),
                    "\(one.name) at \(entry.name): \(answer)")
            } else {
                #expect(answer.hasPrefix("taken"), "\(one.name) at \(entry.name): \(answer)")
                rows.insert(answer)
            }
        }
        #expect(rows.count < 2, "\(one.name) is stored differently: \(rows)")
    }

    private static func isSame(_ answer: String, _ words: String) -> Bool { answer == words }

    /// A line for each case, a column for each door: `in`, `-` for what can't be said there, or the words.
    private static func table(_ answers: [[Entry: String]]) -> String {
        var lines = ["doors: " + Entry.all.map(\.name).joined(separator: " | ")]
        for (one, row) in zip(DoorCase.all, answers) {
            let columns = Entry.all.map { entry -> String in
                guard let answer = row[entry], !one.lacking.contains(entry.door) else { return "-" }
                return answer.hasPrefix("taken") ? "in" : String(answer.prefix(60))
            }
            let isOne = Set(columns.filter { $0 != "-" }).count == 1
            let said = isOne ? columns.first { $0 != "-" } ?? "-" : columns.joined(separator: " | ")
            lines.append("  \(one.name): \(said)")
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Knocking

    private func knock(_ database: TestDatabase, _ file: TestFile) async throws -> [[Entry: String]] {
        // The first process that opens the file creates the file.
        _ = try await TestCtl.run(file.path, ["stats"])
        var answers: [[Entry: String]] = DoorCase.all.map { _ in [:] }
        let postgres = database.store()
        let sqlite = file.store()
        for entry in Entry.all {
            let address = entry.isFile ? file.path : database.url
            let refusals: [Int: String] =
                switch entry.door {
                case .function, .batch: try await knockAtServer(database, entry)
                case .view: try await knockAtView(file, entry)
                case .ctl: try await knockAtCommand(address, entry)
                case .line: try await knockByLines(address, entry)
                case .http, .httpBatch, .remote, .remoteLine: try await knockAtServing(address, entry)
                case .importing: try await knockByImport(address, entry)
                }
            for (number, one) in DoorCase.all.enumerated() where !one.lacking.contains(entry.door) {
                if let refusal = refusals[number] {
                    answers[number][entry] = refusal
                } else {
                    answers[number][entry] = try await stored(one, number, entry, entry.isFile ? sqlite : postgres)
                }
            }
        }
        await postgres.close()
        await sqlite.close()
        return answers
    }

    private func id(_ number: Int, _ entry: Entry) -> String { "\(entry.door)-\(number)" }

    /// The job as the store has it, but for what differs from door to door.
    private func stored(
        _ one: DoorCase, _ number: Int, _ entry: Entry, _ store: any JobStore
    ) async throws -> String {
        let client = one.text(one.clientID) ?? "", key = one.text(one.requestID) ?? id(number, entry)
        guard let job = try await store.perform({ try $0.getByCorrelation(clientID: client, requestID: key) }) else {
            return "neither refused nor there"
        }
        let document = try JSONDocument(request: job.request).without(["ix_id", "request_id"]).normalForm
        return
            "taken \(job.useCase ?? "?") \(job.clientID) \(job.runAt ?? "-") \(job.expiresAt ?? "-") \(job.maxAttempts) "
            + "\(job.priority) \(job.callbackURL ?? "-") \(document.prefix(2000))"
    }

    private func knockAtServer(_ database: TestDatabase, _ entry: Entry) async throws -> [Int: String] {
        var refusals: [Int: String] = [:]
        for (number, one) in DoorCase.all.enumerated() where !one.lacking.contains(entry.door) {
            let document = one.document(id(number, entry))
            do {
                if entry.door == .function {
                    try await database.sql(
                        """
                        SELECT * FROM ix_enqueue($1::jsonb, $2, max_attempts => $3::integer, priority => coalesce($4::integer, 0))
                        """, [document, one.callbackURL, one.maxAttempts, one.priority])
                } else {
                    let rows = try await database.sql(
                        "SELECT refusal FROM ix_enqueue_batch($1::jsonb)", ["[\(one.item(document))]"])
                    if let refusal = rows.first?.first ?? nil { refusals[number] = refusal }
                }
            } catch let failure as SQLFailure { refusals[number] = failure.message }
        }
        return refusals
    }

    /// By a program that knows SQLite and nothing of us.
    private func knockAtView(_ file: TestFile, _ entry: Entry) async throws -> [Int: String] {
        let script = """
            import json, sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
            for line in open(sys.argv[2], encoding="utf-8"):
                try:
                    db.execute("INSERT INTO ix_enqueue (request, callback_url, run_at, expires_at, max_attempts, priority)"
                               " VALUES (?, ?, ?, ?, ?, ?)", json.loads(line))
                    print("ok")
                except sqlite3.Error as error:
                    print(json.dumps(str(error)))
            """
        let path = try Scratch.directory()
        try script.write(to: URL(filePath: path + "/knock.py"))
        let cases = DoorCase.all.enumerated().filter { !$1.lacking.contains(entry.door) }
        let lines = cases.map { number, one in
            let texts = [one.document(id(number, entry)), one.callbackURL, one.runAt, one.expiresAt].map {
                $0.map { JSONString.encode($0) } ?? "null"
            }
            return "[" + (texts + [one.maxAttempts ?? "null", one.priority ?? "null"]).joined(separator: ",") + "]\n"
        }
        try lines.joined().write(to: URL(filePath: path + "/cases"))
        let process = try TestProcess("/usr/bin/env", ["python3", path + "/knock.py", file.path, path + "/cases"])
        guard try await process.exitStatus(within: .seconds(60)) == .code(0) else {
            throw TestFailure(process.lines.joined(separator: "\n"))
        }
        var refusals: [Int: String] = [:]
        for (index, said) in process.lines.enumerated() where said != "ok" {
            refusals[cases[index].offset] = DoorCase.string(said)
        }
        return refusals
    }

    /// Through `ix-worker serve`, asked by `ixctl` or by a program of its own.
    private func knockAtServing(_ address: String, _ entry: Entry) async throws -> [Int: String] {
        let served = try await ServedAddress.serving(address)
        let server = ["--server", "http://\(served.address)"]
        let refusals: [Int: String] =
            switch entry.door {
            case .remote: try await knockAtCommand("/nonexistent", entry, server)
            case .remoteLine: try await knockByLines("/nonexistent", entry, server)
            case .httpBatch: try await knockByBatch(served, entry)
            default: try await knockByRequest(served, entry)
            }
        served.process.signal(SIGTERM)
        #expect(try await served.process.exitStatus() == .code(0))
        return refusals
    }

    private func knockByBatch(_ served: ServedAddress, _ entry: Entry) async throws -> [Int: String] {
        let cases = DoorCase.all.enumerated().filter { !$1.lacking.contains(entry.door) }
        let lines = cases.map { number, one in one.item(one.document(id(number, entry))) + "\n" }
        let answer = try await served.post("/v1/jobs/batch", lines.joined(), type: "application/x-ndjson")
        var refusals: [Int: String] = [:]
        for (index, line) in answer.body.split(separator: "\n").dropLast().enumerated() {
            let problem = try JSONDocument(line.utf8, field: "line", limit: 1 << 20)["problem"]?.object
            if let problem { refusals[cases[index].offset] = problem["detail"]?.string ?? "" }
        }
        return refusals
    }

    private func knockAtCommand(
        _ address: String, _ entry: Entry, _ options: [String] = []
    ) async throws -> [Int: String] {
        var refusals: [Int: String] = [:]
        for (number, one) in DoorCase.all.enumerated() where !one.lacking.contains(entry.door) {
            var arguments = ["enqueue", one.text(one.useCase) ?? "", "--client-id", one.text(one.clientID) ?? ""]
            arguments += ["--request-id", one.text(one.requestID) ?? id(number, entry), "--request", "-"]
            for (option, value) in [
                ("--callback-url", one.callbackURL), ("--run-at", one.runAt), ("--expires-at", one.expiresAt),
                ("--max-attempts", one.maxAttempts),
            ] {
                guard let value else { continue }
                arguments += value.hasPrefix("-") ? ["\(option)=\(value)"] : [option, value]
            }
            let said = try await TestCtl.run(address, arguments + options, input: one.fields)
            guard said.exit != .code(0) else { continue }
            refusals[number] =
                said.lines.first { $0.hasPrefix("ixctl: ") && !$0.contains("no PostgreSQL") }
                .map { String($0.dropFirst("ixctl: ".count)) } ?? said.text
        }
        return refusals
    }

    private func knockByLines(
        _ address: String, _ entry: Entry, _ options: [String] = []
    ) async throws -> [Int: String] {
        let path = try Scratch.directory() + "/load.jsonl"
        try DoorCase.all.enumerated().map { number, one in
            one.lacking.contains(entry.door) ? "\n" : one.item(one.document(id(number, entry))) + "\n"
        }.joined().write(to: URL(filePath: path))
        let said = try await TestCtl.run(address, ["enqueue", "--from", path, "--client-id", "unused"] + options)
        guard said.exit == .code(1) else { throw TestFailure(said.text) }
        return try refused(path + ".errors.jsonl", skipping: 1)
    }

    private func knockByRequest(_ served: ServedAddress, _ entry: Entry) async throws -> [Int: String] {
        var refusals: [Int: String] = [:]
        for (number, one) in DoorCase.all.enumerated() where !one.lacking.contains(entry.door) {
            let answer = try await served.post("/v1/jobs", one.item(one.document(id(number, entry))))
            guard answer.status != 201 else { continue }
            refusals[number] = try JSONDocument(response: answer.body)["detail"]?.string ?? answer.body
        }
        return refusals
    }

    private func knockByImport(_ address: String, _ entry: Entry) async throws -> [Int: String] {
        let cases = DoorCase.all.enumerated().filter { !$1.lacking.contains(entry.door) }
        let lines = cases.map { number, one in one.row(id(number, entry)) + "\n" }
        let path = try Scratch.directory() + "/export.jsonl"
        let header =
            #"{"ix_export":1,"id":"\#(UUID().uuidString.lowercased())","mode":"move","from":"x","at":"y"}"# + "\n"
        try
            (header + lines.joined()
            + "{\"committed\":\(lines.count),\"batch\":1}\n{\"end\":true,\"jobs\":\(lines.count)}\n")
            .write(to: URL(filePath: path))
        let said = try await TestCtl.run(address, ["import", path])
        guard said.exit == .code(1) else { throw TestFailure(said.text) }
        let found = try refused(path + ".errors.jsonl", skipping: 2)
        return found.reduce(into: [:]) { $0[cases[$1.key].offset] = $1.value }
    }

    /// By the place of each in the file, counted from its first job.
    private func refused(_ path: String, skipping first: Int) throws -> [Int: String] {
        var refusals: [Int: String] = [:]
        for line in try String(contentsOf: URL(filePath: path), encoding: .utf8).split(separator: "\n") {
            let said = try JSONDocument(line.utf8, field: "line", limit: 1 << 26)
            guard let number = said["line"].flatMap({ Int($0.text) }), let field = said["field"]?.string,
                let reason = said["reason"]?.string
            else { continue }
            refusals[number - first] = "\(field): \(reason)"
        }
        return refusals
    }
}

extension DoorCase {
    /// As `ix_enqueue_batch` and `--from` take it.
    fileprivate func item(_ document: String) -> String {
        let texts = [("callback_url", callbackURL), ("run_at", runAt), ("expires_at", expiresAt)]
        let given = texts.compactMap { name, value in value.map { ",\"\(name)\":\(JSONString.encode($0))" } }
        let numbers = [("max_attempts", maxAttempts), ("priority", priority)].compactMap { name, value in
            value.map { ",\"\(name)\":\($0)" }
        }
        return "{\"request\":\(document)" + (given + numbers).joined() + "}"
    }

    /// As an export has it.
    fileprivate func row(_ requestID: String) -> String {
        let texts: [(String, String)] = [
            ("job_id", "\"\(UUID().uuidString.lowercased())\""), ("ix_id", "\"0123456789abcdef\""),
            ("client_id", clientID ?? "null"), ("request_id", self.requestID ?? "\"\(requestID)\""),
            ("use_case", useCase ?? "null"), ("status", "\"pending\""),
            ("callback_url", callbackURL.map(JSONString.encode) ?? "null"), ("callback_status", "null"),
            ("created_at", "\"2026-01-01T00:00:00.000000Z\""), ("run_at", runAt.map(JSONString.encode) ?? "null"),
            ("started_at", "null"), ("finished_at", "null"), ("expires_at", expiresAt.map(JSONString.encode) ?? "null"),
            ("claim_id", "null"), ("finished_claim", "null"), ("daemon_id", "null"), ("cancel_requested_at", "null"),
            ("resubmit_of", "null"), ("attempts", "0"), ("max_attempts", maxAttempts ?? "3"),
            ("priority", priority ?? "0"),
            ("request", document(requestID)), ("response", "null"), ("ix_attempts", "[]"),
        ]
        return "{\"job\":{" + texts.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}}"
    }
}
