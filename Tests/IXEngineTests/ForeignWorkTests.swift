import FoundationEssentials
import IXCore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// What a daemon claims when it has pipelines for some use cases only.
@Suite(.timeLimit(.minutes(1)))
struct ForeignWorkTests {
    private static func registry(_ names: [String]) -> PipelineRegistry {
        var registry = PipelineRegistry(timeout: .seconds(1), drills: false)
        for name in names { registry.register(EchoPipeline(), as: name) }
        return registry
    }

    private static func filter(_ admission: Admission) -> UseCaseFilter? {
        let slots = admission.reserve()
        admission.release(slots, keeping: nil)
        return slots.filter
    }

    @Test func `claims name what is served until a look has found nothing foreign, and again when something came`() {
        let admission = Admission(Self.registry(["b", "a"])) {}
        #expect(Self.filter(admission) == .only(["a", "b", "echo"]))
        admission.decideNarrow(false, since: admission.foreignCount)
        #expect(Self.filter(admission) == nil)
        let before = admission.foreignCount
        admission.foreignCame()
        #expect(Self.filter(admission) == .only(["a", "b", "echo"]))
        // A look doesn't see it while it is in hand, nor when it began before it had gone back.
        admission.decideNarrow(false, since: admission.foreignCount)
        #expect(Self.filter(admission) == .only(["a", "b", "echo"]))
        admission.foreignWent()
        admission.decideNarrow(false, since: before)
        #expect(Self.filter(admission) == .only(["a", "b", "echo"]))
        admission.decideNarrow(true, since: admission.foreignCount)
        #expect(Self.filter(admission) == .only(["a", "b", "echo"]))
        admission.decideNarrow(false, since: admission.foreignCount)
        #expect(Self.filter(admission) == nil)
    }

    @Test func `a daemon with a pipeline for the rest leaves nothing out`() {
        let admission = Admission(Self.registry(["a", "default"])) {}
        #expect(admission.served == nil && Self.filter(admission) == nil)
        admission.foreignCame()
        #expect(Self.filter(admission) == nil)
    }

    @Test func `a reload is looked over anew`() {
        let admission = Admission(Self.registry(["a"])) {}
        admission.decideNarrow(false, since: admission.foreignCount)
        admission.apply(Self.registry(["b", "c"]))
        #expect(Self.filter(admission) == .only(["b", "c", "echo"]))
        admission.apply(Self.registry(["default"]))
        #expect(Self.filter(admission) == nil)
    }

    @Test(
        arguments: [
            ("a", "a", "run"), ("a", "zeta", "unknown_use_case"), ("zeta", "zeta", "leave"), ("zeta", "a", "run"),
            (nil, "zeta", "leave"), (nil, "", "bad_request"), ("zeta", "", "bad_request"),
        ] as [(String?, String, String)])
    func `a job is left by the name that claims go by, so that none comes back for ever`(
        _ row: (column: String?, document: String, verdict: String)
    ) {
        let attempt = Attempt(jobID: UUID(), attempts: 0, claimID: UUID())
        let job = ClaimedJob(
            attempt: attempt, maxAttempts: 3,
            names: JobNames(useCase: row.column, clientID: "c", requestID: "r", ixID: "0123456789abcdef"),
            request: #"{"use_case":"\#(row.document)","ix_client_id":"c","request_id":"r","ix_id":"0123456789abcdef"}"#,
            isExpired: false, isCancelled: false, hasCallback: false)
        let verdict =
            switch ClaimCheck(pipelines: Self.registry(["a"])).decide(job) {
            case .run: "run"
            case .leave: "leave"
            case .refuse(let error): error.code
            }
        #expect(verdict == row.verdict)
    }

    @Test func `time counts between looks alone, and a use case that was served meanwhile begins again`() {
        var times = UnservedTimes()
        let start = ContinuousClock.now
        func look(_ useCases: [String], _ seconds: Int) -> (news: [String], over: [String]) {
            times.note(useCases, at: start + .seconds(seconds), limit: .seconds(30), rounds: .seconds(10))
        }
        #expect(look(["a"], 0) == (["a"], []))
        #expect(look(["a", "b"], 10) == (["b"], []))
        // The daemon slept: of this no more than two rounds count.
        #expect(look(["a", "b"], 1000) == ([], ["a"]))
        #expect(look(["b"], 1010) == ([], ["b"]))
        #expect(look(["a", "b"], 1020) == (["a"], ["b"]))
        #expect(look([], 1030) == ([], []))
        #expect(look(["b"], 1040) == (["b"], []))
    }

    @Test func `without a wait the first look is enough`() {
        var times = UnservedTimes()
        #expect(times.note(["a"], at: .now, limit: .zero, rounds: .seconds(10)).over == ["a"])
    }
}
