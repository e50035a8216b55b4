import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(4)))
struct CtlMoveTests {
    @Test func `a move takes every job along as it was, and the source is empty`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.fill()
            let before = try await source.everything()
            let out = try await source.export(file.path)
            #expect(out.exit == .code(0) && out.objects.last?["jobs"]?.text == "7")
            #expect(try await source.everything().isEmpty)
            let into = try await target.import(file.path)
            #expect(into.exit == .code(0) && into.objects.last?["inserted"]?.text == "7")
            #expect(try await target.everything() == before && before.count == 10)
            #expect(!file.isBeside(".progress") && !file.isBeside(".errors.jsonl"))
            #expect(try file.bytes.count > 1 << 20)
        }
    }

    @Test func `a copy holds what has ended, leaves it there, and says how many jobs live`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.fill()
            let before = try await source.everything()
            let said = try await TestCtl.run(source.url, ["export", file.path])
            #expect(said.exit == .code(0) && said.text.contains("5 jobs wait or run: only --move takes them"))
            #expect(try await source.everything() == before)
            #expect(try await target.import(file.path).objects.last?["inserted"]?.text == "2")
            #expect(try await target.count("status IN ('done', 'error')") == 2)
            let piped = try await TestCtl.run(source.url, ["export", "-"])
            #expect(piped.lines.count { $0.hasPrefix(#"{"job":"#) } == 2)
            let input = try TestCtl.start(target.url, ["import", "-"], keepsInput: true)
            input.write(piped.lines.filter { $0.hasPrefix("{") }.joined(separator: "\n") + "\n")
            input.closeInput()
            #expect(try await input.exitStatus() == .code(0))
            #expect(input.lines.contains("0 inserted; 2 existed already"))
        }
    }

    @Test func `an import wakes a daemon, which runs what came`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 3)
            #expect(try await source.export(file.path).exit == .code(0))
            let daemon = try await TestDaemon.ready(target.url, set: ["worker.poll_seconds=3600"])
            #expect(try await target.import(file.path).exit == .code(0))
            try await target.wait(until: "(SELECT count(*) FROM ix_jobs WHERE status = 'done') = 3")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a finished import is not repeated, not even from a copy of its file after pruning`() async throws {
        try await TestDatabase.withTwo { source, target in
            let (file, copy) = (try TestExport(), try TestExport())
            try await source.enqueue(count: 600)
            #expect(try await source.export(file.path).exit == .code(0))
            try file.bytes.write(to: URL(filePath: copy.path))
            #expect(try await target.import(file.path).exit == .code(0))
            let mark = try #require(try file.beside(".imported").first)
            #expect(mark["into"]?.string?.contains(target.name) == true && mark["at"]?.string != nil)
            let refused = try await source.import(file.path)
            #expect(refused.exit == .code(64) && refused.text.contains("--again"))
            #expect(try await source.count("true") == 0)
            try await target.sql("DELETE FROM ix_jobs WHERE request_id = '7'")
            let second = try await target.import(copy.path)
            #expect(second.exit == .code(0) && second.objects.last?["there_before"]?.text == "600")
            #expect(try await target.count("true") == 599)
            let again = try await target.import(copy.path, ["--again"])
            #expect(again.exit == .code(0) && again.objects.last?["inserted"]?.text == "1")
        }
    }

    @Test func `what came can go back to where it came from`() async throws {
        try await TestDatabase.with { database in
            let file = try TestExport()
            try await database.fill()
            let before = try await database.everything()
            #expect(try await database.export(file.path).exit == .code(0))
            #expect(try await database.import(file.path).exit == .code(0))
            #expect(try await database.everything() == before)
        }
    }

    @Test func `bad lines are kept with line, field and reason, and the rest comes in`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 12)
            #expect(try await source.export(file.path).exit == .code(0))
            var lines = try file.lines
            let changes: [(String, String, String)] = [
                (#""status":"pending""#, #""status":"running""#, "status"), ("{\"job\":{", "{\"job\":", "line"),
                (#""attempts":0"#, #""attempts":-1"#, "attempts"), (#""attempts":0"#, #""tries":0"#, "tries"),
                (#""created_at":"20"#, #""created_at":"20x"#, "created_at"),
                (#""response":null"#, #""response":{}"#, "response"),
                (#""status":"pending""#, #""status":"done""#, "response"),
                (#""claim_id":null"#, #""claim_id":"x""#, "claim_id"),
                (#""callback_url":null"#, #""callback_url":"ftp://x""#, "callback_url"),
            ]
            for (index, change) in changes.enumerated() {
                lines[index + 2] = lines[index + 2].replacing(change.0, with: change.1)
            }
            try file.write(lines)
            let said = try await target.import(file.path)
            #expect(said.exit == .code(1) && said.objects.last?["inserted"]?.text == "3")
            let kept = try file.beside(".errors.jsonl")
            #expect(kept.map { $0["field"]?.string } == changes.map(\.2))
            #expect(kept.compactMap { $0["line"]?.text } == (3...11).map { "\($0)" })
            #expect(kept.map { $0["text"]?.string } == lines[2...10].map { $0 })
        }
    }

    @Test func `keys that another job holds are refused, and a column's own rule costs only its line`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 10)
            #expect(try await source.export(file.path).exit == .code(0))
            try await target.sql(
                "SELECT ix_enqueue('{\"use_case\":\"echo\",\"ix_client_id\":\"c\",\"request_id\":\"4\"}')")
            try await target.sql("ALTER TABLE ix_jobs ADD CHECK (request_id <> '9')")
            let said = try await target.import(file.path)
            #expect(said.exit == .code(1) && said.objects.last?["inserted"]?.text == "8")
            let kept = try file.beside(".errors.jsonl")
            #expect(Set(kept.compactMap { $0["field"]?.string }) == ["request_id", "job"])
            #expect(kept.contains { $0["reason"]?.string?.contains("belongs to another job") == true })
            #expect(try await target.count("true") == 9)
            // As if it had been killed before it could note the batch: the taken key is told again.
            unlink(file.path + ".imported")
            let again = try await target.import(file.path)
            #expect(again.exit == .code(1) && again.objects.last?["inserted"]?.text == "0")
            #expect(again.objects.last?["refused"]?.text == "1")
        }
    }

    @Test func `a file that is no export, or a finished one, is never overwritten`() async throws {
        try await TestDatabase.with { database in
            let file = try TestExport()
            try await database.enqueue(count: 1)
            for text in ["mine\n", "mine"] {
                try text.write(to: URL(filePath: file.path))
                let said = try await database.export(file.path)
                #expect(said.exit == .code(64) && said.text.contains("is not an export"))
                #expect(try file.bytes == Data(text.utf8))
            }
            try file.write([])
            try Data().write(to: URL(filePath: file.path))
            #expect(try await database.export(file.path).exit == .code(0))
            let whole = try file.bytes
            let again = try await database.export(file.path)
            #expect(again.exit == .code(64) && again.text.contains("finished export"))
            #expect(try file.bytes == whole)
            let notAFile = try await database.export("/dev/null")
            #expect(notAFile.exit == .code(64))
        }
    }

    @Test func `an import refuses a damaged file, and touches nothing`() async throws {
        try await TestDatabase.withTwo { source, target in
            let file = try TestExport()
            try await source.enqueue(count: 5)
            #expect(try await source.export(file.path).exit == .code(0))
            let lines = try file.lines
            for (broken, reason) in [
                (Array(lines.dropLast()), "is not finished"), (Array(lines.dropLast(2)), "is not finished"),
                (Array(lines[..<3] + lines[4...]), "line 7 says batch 1 of 5, but 4 jobs"),
                (Array(lines + [lines[1]]), "after the end line"), (Array(lines.dropFirst()), "is not an export"),
            ] {
                try file.write(broken)
                let said = try await target.import(file.path)
                #expect(said.exit == .code(64) && said.text.contains(reason), "\(reason)")
            }
            #expect(try await target.count("true") == 0)
        }
    }

    @Test(arguments: [["export", "-", "--move"], ["export", "f", "--force"], ["export"], ["import"]])
    func `options that don't go together are refused with 64`(_ arguments: [String]) async throws {
        #expect(try await TestCtl.run("postgresql:///x?host=/nonexistent", arguments).exit == .code(64))
    }
}
