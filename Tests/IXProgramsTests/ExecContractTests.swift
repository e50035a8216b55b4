import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ExecContractTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func `a program reads the request on one line and writes the response`() async throws {
        let report = try await workshop.run(
            shell: #"read -r line; [ -z "$(cat)" ] && printf '{"got":%s}' "$line""#,
            .sample("{\n  \"a\": [1,\r\n 2]}"))
        let got = try #require(report.response?.document["got"]?.object)
        #expect(got["a"]?.text == "[1,   2]")
        #expect(got["use_case"]?.string == "demo")
        #expect(report.exit == .exited(0))
        #expect(try workshop.left.isEmpty)
    }

    @Test(arguments: [0, 1, 2, 63, 64, 65, 66, 67, 68, 69, 74, 75, 76, 77, 78, 79, 126, 127, 128, 255] as [Int32])
    func `each exit status means what the contract says`(exit: Int32) async throws {
        let report = try await workshop.run(shell: "echo '{}'; echo why >&2; exit \(exit)")
        #expect(report.exit == .exited(exit))
        #expect(workshop.logTail == "why\n")
        switch exit {
        case 0: #expect(report.response?.errorCode == nil && report.response != nil)
        case 75: #expect(report.isRetry && report.error?.code == "pipeline_retry")
        case 64...68, 76...78: #expect(report.isDiscard && report.error?.code == "pipeline_discarded")
        case 126, 127: #expect(report.isRetry && report.error?.code == "pipeline_misconfigured")
        default: #expect(report.isDiscard && report.error?.code == "pipeline_failed")
        }
    }

    @Test func `a signal is a failure that names it, with the last words`() async throws {
        let report = try await workshop.run(shell: "echo last words >&2; kill -SEGV $$")
        #expect(report.exit == .signalled(11))
        #expect(report.error?.code == "pipeline_failed")
        #expect(report.error?.message.contains("signal 11") == true)
        #expect(report.error?.detail == "last words")
    }

    @Test func `a failure asks for another attempt where the settings name its exit status`() async throws {
        let pipeline = try workshop.pipeline(["sh", "-c", "exit $0", "1"], retryExitCodes: [1])
        #expect(try await workshop.run(pipeline).isRetry)
        let other = try workshop.pipeline(["sh", "-c", "exit $0", "2"], retryExitCodes: [1])
        #expect(try await workshop.run(other).isDiscard)
    }

    @Test func `a refusal with a response of its own ends with that response`() async throws {
        let report = try await workshop.run(
            shell: #"echo '{"error":{"code":"no_page","message":"m"},"page":7}'; exit 65"#)
        #expect(report.response?.errorCode == "no_page")
        #expect(report.response?.document["page"]?.text == "7")
    }

    @Test(arguments: [
        "true", "echo hello", "echo '[1]'", #"printf '{"a":'"#, #"printf '{"a":"\\u0000"}'"#, "printf '\\000\\377'",
        "echo '{} {}'", #"echo '{"error":"text"}'"#,
    ])
    func `a malformed response is a bad output`(script: String) async throws {
        let report = try await workshop.run(shell: script)
        #expect(report.isDiscard && report.error?.code == "bad_output")
        #expect(report.exit == .exited(0))
    }

    @Test func `the child sees only the clean environment and the job's own`() async throws {
        let canary = ["IX_POSTGRES_URL": "postgres://secret", "PGPASSWORD": "secret", "NOTIFY_SOCKET": "secret"]
        let pipeline = try workshop.pipeline(
            ["/usr/bin/python3", "-c", "import os, json; print(json.dumps({'names': sorted(os.environ)}))"],
            environment: ["MODEL": "big"], daemon: canary)
        let names = try #require(try await workshop.run(pipeline).response?.document["names"]?.text)
        #expect(
            names.replacing(#" "LC_CTYPE","#, with: "")  // Python's own addition
                == #"["HOME", "IX_ATTEMPT", "IX_CLIENT_ID", "IX_CONTROL", "IX_DEADLINE", "IX_ID", "IX_JOB_ID", "#
                + #""IX_MAX_ATTEMPTS", "IX_REQUEST_ID", "IX_USE_CASE", "LANG", "MODEL", "PATH", "TMPDIR", "#
                + #""TRACEPARENT"]"#)
    }

    @Test func `nothing of the request reaches the arguments`() async throws {
        _ = try await workshop.run(
            shell: #"tr '\0' ' ' </proc/$$/cmdline >&2; echo '{}'"#, .sample(#"{"context":"needle"}"#))
        #expect(workshop.logTail.contains("cmdline") && !workshop.logTail.contains("needle"))
    }

    @Test func `the child sees no descriptor but its three`() async throws {
        // The fourth is the one the listing itself needs.
        let report = try await workshop.run(
            try workshop.python(
                "import os, json; print(json.dumps({'fds': sorted(map(int, os.listdir('/proc/self/fd')))}))"))
        #expect(report.response?.document["fds"]?.text == "[0, 1, 2, 3]")
    }

    @Test func `the child works in a directory of its own, which is gone afterwards`() async throws {
        let report = try await workshop.run(
            shell: #"""
                mkdir -p a/b && touch a/b/c && chmod 500 a/b a
                [ "$PWD" = "$TMPDIR" ] && printf '{"here":"%s","mode":"%s"}' "$PWD" "$(stat -c %a .)"
                """#)
        #expect(report.response?.document["here"]?.string?.hasPrefix(workshop.root + "/ix-") == true)
        #expect(report.response?.document["mode"]?.string == "700")
        #expect(try workshop.left.isEmpty)
    }

    @Test func `no signal is blocked or ignored in the child`() async throws {
        _ = try await workshop.run(shell: "grep -E 'Sig(Blk|Ign)' /proc/self/status >&2; echo '{}'")
        let masks = workshop.logTail.split(separator: "\n").compactMap { UInt64($0.suffix(16), radix: 16) }
        // 32 and 33 are the C library's own.
        #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
    }

    @Test func `progress is told while the child runs`() async throws {
        // The child ends only when someone has heard of its progress.
        let gate = workshop.root + "-gate"
        let pipeline = try workshop.shell(
            #"""
            echo '{"progress":0.4,"message":"page 2 of 5"}' >>"$IX_CONTROL"
            until [ -e "$1" ]; do sleep 0.02; done
            echo '{}'
            """#, gate)
        let context = workshop.context { _ in _ = FileManager.default.createFile(atPath: gate, contents: nil) }
        let report = try await pipeline.run(.sample(), context: context)
        try FileManager.default.removeItem(atPath: gate)
        #expect(report.response != nil)
        #expect(workshop.progress == [.init(fraction: 0.4, message: "page 2 of 5")])
    }

    @Test(arguments: [0, 75] as [Int32])
    func `retry_after in the control file hands the job back for that time`(exit: Int32) async throws {
        let report = try await workshop.run(
            shell: #"printf '{"retry_after":30}' >>"$IX_CONTROL"; echo '{}'; exit \#(exit)"#)
        #expect(report.outcome == .retry(after: .seconds(30), try #require(report.error)))
    }

    @Test func `standard error is logged line by line and its end kept`() async throws {
        let report = try await workshop.run(
            shell: #"printf 'one\ntw\377o\n\na\000b' >&2; echo '{}'"#)
        #expect(workshop.log.errors == ["one", "tw\u{FFFD}o", "ab"])
        #expect(workshop.logTail == "one\ntw\u{FFFD}o\n\nab")
        #expect(report.response != nil)
    }
}
