import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Synchronization
import Testing

@testable import IXPrograms

/// The trial that plays the daemon to a program: our clients pass, and each fault is found.
@Suite(.timeLimit(.minutes(5))) struct TrialTests {
    private let workshop: Workshop
    private let client = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Config/pipelines/client"

    init() throws { workshop = try Workshop() }

    private func settings(_ command: [String], timeout: Duration, grace: Duration) throws -> ExecSettings {
        try ExecSettings(
            command: command, timeout: timeout, killGrace: grace, workingRoot: workshop.root, daemon: [:])
    }

    private func warm(
        _ command: [String], timeout: Duration = .seconds(30), grace: Duration = .seconds(10)
    ) async throws -> [TrialFinding] {
        let found = Mutex<[TrialFinding]>([])
        let settings = try WarmSettings(
            program: settings(command, timeout: timeout, grace: grace), startTimeout: timeout)
        try await WarmTrial(settings, sample: JSONDocument(request: #"{"context":{"a":1}}"#)) { finding in
            found.withLock { $0.append(finding) }
        }.perform()
        #expect(try workshop.left == [])
        return found.withLock { $0 }
    }

    private func exec(_ command: [String], timeout: Duration = .seconds(30)) async throws -> [TrialFinding] {
        let found = Mutex<[TrialFinding]>([])
        try await ExecTrial(
            settings(command, timeout: timeout, grace: .milliseconds(500)),
            sample: JSONDocument(request: #"{"context":{"a":1}}"#)
        ) { finding in
            found.withLock { $0.append(finding) }
        }.perform()
        #expect(try workshop.left == [])
        return found.withLock { $0 }
    }

    @Test(arguments: [["python3", "echo.py"], ["dash", "echo.sh"], ["bash", "echo.sh"], ["node", "echo.mjs"]])
    func `our clients do everything right`(_ words: [String]) async throws {
        let findings = try await warm([words[0], client + "/" + words[1]])
        #expect(findings.count >= 14)
        #expect(findings.filter { $0.verdict == .wrong } == [])
        // JavaScript's numbers are 64-bit floating point, which the page of the pipelines says.
        let notes = findings.filter { $0.verdict == .note }.map(\.situation)
        #expect(notes == (words[0] == "node" ? ["odd numbers"] : []), "\(findings)")
    }

    private static let head = "import json, os, signal, sys, time\ndef say(d): print(json.dumps(d), flush=True)\n"
    /// A warm program with the parts that a fault may replace.
    private static func program(
        ready: String = "say({'ready': {'protocol': 2}})",
        answer: String = "say({'done': {'job_id': job['job_id'], 'attempt': job['attempt'], 'response': {}}})",
        end: String = "sys.exit(0)"
    ) -> String {
        head + ready + "\nfor line in sys.stdin:\n    line = json.loads(line)\n    if 'run' not in line: continue\n"
            + "    job = line['run']['job']\n    " + answer + "\n" + end
    }

    static let faults: [(program: String, situation: String, text: String)] = [
        (program(), "", ""),
        (program(ready: "say({'ready': {'protocol': 7}})"), "start", "protocol 7"),
        (program(ready: "sys.exit('no model')"), "start", "exit 1; its log: no model"),
        (program(ready: "time.sleep(60)"), "start", "no ready line within 2 s"),
        (program(answer: "say({'done': {'response': {}}})"), "a job", "names no job_id"),
        (program(answer: "say({'done': {'job_id': job['job_id'], 'response': {}}})"), "a job", "names no attempt"),
        (
            program(answer: "say({'done': {'job_id': job['job_id'], 'attempt': 1, 'response': {'x': float('nan')}}})"),
            "a job", "unusable"
        ),
        (program(answer: "say({'done': {'job_id': job['job_id'], 'attempt': 1, 'response': 5}})"), "a job", "refused"),
        (program(answer: "pass"), "a job", "no answer within 2 s"),
        (program(answer: "sys.exit(3)"), "a job", "ended without an answer: exit 3"),
        (
            program(
                answer: "[say({'done': {'job_id': job['job_id'], 'attempt': 1, 'response': {}}}) for _ in range(2)]"),
            "a second job", "a second answer"
        ),
        (program(ready: "print('noise')\nsay({'ready': {'protocol': 2}})"), "standard output", "noise"),
        (program(end: "sys.exit(4)"), "end of input between jobs", "exit 4 in place of exit 0"),
        (program(end: "time.sleep(60)"), "end of input between jobs", "still runs"),
        (
            program(ready: "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsay({'ready': {'protocol': 2}})"), "TERM",
            "still runs"
        ),
    ]

    @Test(arguments: faults)
    func `a fault of a warm program is found, in words`(
        _ fault: (program: String, situation: String, text: String)
    ) async throws {
        let findings = try await warm(
            ["python3", "-c", fault.program], timeout: .seconds(2), grace: .milliseconds(1500))
        let wrong = findings.filter { $0.verdict == .wrong }
        guard !fault.situation.isEmpty else { return #expect(wrong == []) }
        #expect(wrong.contains { $0.situation == fault.situation && $0.text.contains(fault.text) }, "\(findings)")
    }

    @Test func `a program per job is tried, too`() async throws {
        let good = try await exec(["sh", "-c", "sleep 0.5; cat"])
        #expect(good.filter { $0.verdict != .ok } == [] && good.last?.situation == "a cancel")
        for (script, situation, text) in [
            ("echo no json", "a job", "refused"), ("exit 9", "a job", "exit 9"), ("sleep 60", "a job", "no answer"),
            ("trap '' TERM; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; done; cat", "a cancel", "deaf to TERM"),
        ] {
            let found = try await exec(["sh", "-c", script], timeout: .seconds(2)).filter { $0.verdict == .wrong }
            #expect(found.contains { $0.situation == situation && $0.text.contains(text) }, "\(script): \(found)")
        }
        let missing = try await exec(["/nowhere/program"])
        #expect(missing.count == 1 && missing[0].text.contains("No such file"))
    }
}
