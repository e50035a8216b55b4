import FoundationEssentials
import IXCore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// Every result of a run under every retry policy, with starts left and without: what becomes of the job.
@Suite struct CompletionRulesTests {
    /// What a completion does to the job, without pauses and texts.
    enum End: Equatable {
        case done
        case error(String)
        case back(AttemptOutcome)
        case nothing
    }

    /// A result, the end without a policy, and the code by which a policy may ask for another start; nil: no policy
    /// applies.
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let result: JobRun.Result
        let end: End
        let code: String?
        var testDescription: String { rule }

        init(_ rule: String, _ result: JobRun.Result, _ end: End, retriedBy code: String? = nil) {
            (self.rule, self.result, self.end, self.code) = (rule, result, end, code)
        }
    }

    private struct Mishap: Error {}

    private static let broken = JobError("broken", "it broke")
    private static let report = PipelineReport(.cancelled, exit: .signalled(15))

    static let rows: [Row] = [
        Row("an answer ends the job", .reported(PipelineReport(.complete(ResponseIX(members: [])))), .done),
        Row(
            "an answer with an error is retried by its code",
            .reported(PipelineReport(.complete(ResponseIX(error: broken)))), .done, retriedBy: "broken"),
        Row(
            "a discard is an error, retried by its code", .reported(PipelineReport(.discard(broken))), .error("broken"),
            retriedBy: "broken"),
        Row(
            "a pipeline that cancels itself ends the job cancelled, under every policy",
            .reported(PipelineReport(.cancelled)), .error("cancelled")),
        Row(
            "a pipeline that asks for another start gets it without a policy",
            .reported(PipelineReport(.retry(after: .seconds(7), broken))), .back(.retry)),
        Row(
            "a pipeline that could not be started costs no start",
            .reported(
                PipelineReport(.retry(after: nil, broken), fault: PipelineFault("no program", isUnstarted: true))),
            .back(.unstarted)),
        Row(
            "a fault of a pipeline that ran costs a start",
            .reported(PipelineReport(.retry(after: nil, broken), fault: PipelineFault("killed", isUnstarted: false))),
            .back(.retry)),
        Row(
            "a thrown error is retried as pipeline_error", .threw(Mishap()), .error("pipeline_error"),
            retriedBy: "pipeline_error"),
        Row("a timeout is retried as timeout", .stopped(.timeout, nil), .error("timeout"), retriedBy: "timeout"),
        Row(
            "a timeout whose pipeline reported is retried as timeout", .stopped(.timeout, report), .error("timeout"),
            retriedBy: "timeout"),
        Row("a cancelled run ends cancelled, under every policy", .stopped(.cancelled, report), .error("cancelled")),
        Row("a shutdown hands the job back", .stopped(.shutdown, report), .back(.shutdown)),
        Row("a lost lease hands the job back", .stopped(.leaseLost, nil), .back(.leaseLost)),
        Row("a run whose claim is gone writes nothing", .stopped(.taken, report), .nothing),
    ]

    private static func policy(_ codes: Set<String>) -> RetryPolicy {
        RetryPolicy(codes: codes, pause: .seconds(8), longest: .seconds(60))
    }

    static let policies: [RetryPolicy?] = [
        nil, policy(["*"]), policy([]), policy(["broken"]), policy(["timeout"]),
        policy(["pipeline_error", "cancelled"]),
    ]

    private static func job(attempts: Int, most: Int) -> ClaimedJob {
        ClaimedJob(
            attempt: Attempt(jobID: .random(), attempts: attempts, claimID: .random()), maxAttempts: most,
            names: JobNames(useCase: "u", clientID: "c", requestID: "r", ixID: "i"), request: "{}", isExpired: false,
            isCancelled: false, hasFollowers: false)
    }

    private static func end(_ completion: Completion?) -> End {
        switch completion?.kind {
        case .done: .done
        case .error(let response): .error(response.errorCode ?? "none")
        case .handBack(let back): .back(back.outcome)
        case nil: .nothing
        }
    }

    /// Attempts before, `max_attempts`, and if a start is left after this one.
    private static let starts = [(0, 3, true), (1, 3, true), (2, 3, false), (0, 1, false), (7, 0, true)]

    @Test(arguments: rows)
    func `a result becomes the end that its row names, unless a policy covers its code and a start is left`(_ row: Row)
    {
        for policy in Self.policies {
            for (attempts, most, hasMore) in Self.starts {
                let rules = CompletionRules(
                    job: Self.job(attempts: attempts, most: most), timeout: .seconds(3), retry: policy)
                let isRetried = hasMore && row.code.map { policy?.covers($0) ?? false } ?? false
                #expect(
                    Self.end(rules.completion(of: row.result)) == (isRetried ? .back(.retry) : row.end),
                    "\(attempts) of \(most), \(String(describing: policy))")
            }
        }
    }

    @Test(arguments: [(1, 3, false), (2, 3, true), (2, 0, true), (1, 1, false)])
    func `a policy's starts end a job, whether it failed or asked for another start`(
        _ number: Int, _ most: Int, _ isLast: Bool
    ) {
        let policy = RetryPolicy(starts: 2, pause: .zero, longest: .zero)
        let rules = CompletionRules(job: Self.job(attempts: number - 1, most: most), timeout: .zero, retry: policy)
        let isOver = isLast || number == most
        let broken = JobError("broken", "b")
        #expect(
            Self.end(rules.completion(of: .reported(PipelineReport(.discard(broken)))))
                == (isOver ? .error("broken") : .back(.retry)))
        // The store ends a job whose own starts are used up.
        #expect(
            Self.end(rules.completion(of: .reported(PipelineReport(.retry(after: nil, broken)))))
                == (isLast ? .error("attempts_exhausted") : .back(.retry)))
    }

    @Test func `an answer with an error and without a policy ends the job with that answer`() throws {
        let completion = CompletionRules(job: Self.job(attempts: 0, most: 3), timeout: .zero)
            .completion(of: Self.rows[1].result)
        guard case .done(let response) = completion?.kind else {
            Issue.record("not the answer")
            return
        }
        #expect(response.errorCode == "broken" && response.document["request_id"]?.string == "r")
    }

    @Test func `the pipeline's own pause is kept, and a policy's pause doubles with each start`() {
        func pause(_ result: JobRun.Result, _ attempts: Int, _ retry: RetryPolicy?) -> Duration? {
            let rules = CompletionRules(job: Self.job(attempts: attempts, most: 0), timeout: .zero, retry: retry)
            guard case .handBack(let back) = rules.completion(of: result)?.kind else { return nil }
            return back.pause
        }
        #expect(pause(Self.rows[4].result, 0, nil) == .seconds(7))
        for (attempts, longest) in [(0, 8), (1, 16), (2, 32), (9, 60)] {
            let drawn = pause(.stopped(.timeout, nil), attempts, Self.policy(["*"])) ?? .zero
            #expect(drawn >= .seconds(longest) / 2 && drawn <= .seconds(longest))
        }
        let unstarted = pause(Self.rows[5].result, 0, nil) ?? .zero
        #expect(unstarted >= .milliseconds(500) && unstarted <= .seconds(1))
    }

    @Test func `a run without a log and with a usual exit leaves no note, any other does`() {
        func note(_ tail: String, _ exit: IXPipelines.ExitStatus?) -> AttemptNote? {
            CompletionRules(job: Self.job(attempts: 0, most: 3), timeout: .zero, logTail: tail)
                .completion(of: .reported(PipelineReport(.complete(ResponseIX(members: [])), exit: exit)))?.note
        }
        #expect(note("", nil) == nil && note("", .exited(0)) == nil)
        #expect(note("said", nil) == AttemptNote(.complete, exitStatus: nil, logTail: "said"))
        #expect(note("", .exited(3)) == AttemptNote(.complete, exitStatus: "exit 3", logTail: ""))
    }

    @Test(arguments: [("", "broken: it broke\n"), ("a\n", "a\nbroken: it broke\n"), ("a", "a\nbroken: it broke\n")])
    func `a start that goes back keeps its error as the last line of its log`(_ tail: String, _ kept: String) {
        let rules = CompletionRules(job: Self.job(attempts: 0, most: 3), timeout: .zero, logTail: tail)
        #expect(rules.completion(of: Self.rows[4].result)?.note?.logTail == kept)
    }

    @Test func `a job left to another daemon goes back without a charge and without a pause`() {
        let completion = CompletionRules(job: Self.job(attempts: 0, most: 3), timeout: .zero).left("zeta")
        guard case .handBack(let back) = completion.kind else {
            Issue.record("not a hand-back")
            return
        }
        #expect(!back.usesUpStart && back.pause == nil && completion.note?.logTail.contains("'zeta'") == true)
    }
}
