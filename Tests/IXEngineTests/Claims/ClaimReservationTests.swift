import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// The use cases for which a claim may bring a job, by what is full and what is served.
@Suite struct ClaimReservationTests {
    @Test(
        arguments: [
            ([], nil, nil),
            (["a"], nil, .except(["a"])),
            (["b", "a"], nil, .except(["a", "b"])),
            // While the fallback is full, a job needs a pipeline of its own.
            (["default"], nil, .only(["a", "b"])),
            (["default", "a"], nil, .only(["b"])),
            (["default", "a", "b"], nil, .only([])),
            // A daemon without a fallback names what it serves, in the given order.
            ([], ["a", "b", "echo"], .only(["a", "b", "echo"])),
            (["b"], ["a", "b", "echo"], .only(["a", "echo"])),
            (["a"], ["a"], .only([])),
        ] as [(Set<String>, [String]?, UseCaseFilter?)])
    func `a claim leaves out what is full and what isn't served`(
        _ row: (full: Set<String>, served: [String]?, filter: UseCaseFilter?)
    ) {
        let reservation = ClaimReservation(
            slots: ["c"], full: row.full, pipelines: ["a", "b", "default"], served: row.served)
        #expect(reservation.filter == row.filter && reservation.slots == ["c"])
    }

    @Test func `a claim that needs no reservation holds nothing and may bring any job`() {
        #expect(ClaimReservation.none.slots.isEmpty && ClaimReservation.none.filter == nil)
        #expect(PipelineRegistry.fallback == "default")
    }
}

/// The claims name the served use cases as long as other jobs may exist.
@Suite struct ClaimScopeTests {
    private static func looked(_ names: [String]? = ["a"]) -> ClaimScope {
        var scope = ClaimScope()
        scope.apply(names)
        _ = scope.decide(false, since: 0)
        return scope
    }

    @Test func `claims name the use cases from a change until a round has found nothing foreign`() {
        var scope = ClaimScope()
        scope.apply(["a", "b"])
        #expect(scope.claimed == ["a", "b"])
        let found = scope.decide(true, since: 0)
        #expect(!found && scope.claimed == ["a", "b"])
        let foundNone = scope.decide(false, since: 0)
        #expect(foundNone && scope.claimed == nil && scope.names == ["a", "b"])
        let again = scope.decide(false, since: 0)
        #expect(!again, "claims are no wider than before")
    }

    @Test func `a daemon that serves every use case names none`() {
        var scope = Self.looked(nil)
        scope.foreignCame()
        let isWider = scope.decide(true, since: 0)
        #expect(!isWider && scope.claimed == nil)
    }

    @Test func `no round sees a foreign job that is in hand, or went back meanwhile`() {
        var scope = Self.looked()
        let before = scope.handedBack
        scope.foreignCame()
        let whileInHand = scope.decide(false, since: before)
        #expect(!whileInHand && scope.claimed == ["a"])
        scope.foreignWent()
        let afterwards = scope.decide(false, since: before)
        #expect(!afterwards && scope.claimed == ["a"])
        let later = scope.decide(false, since: scope.handedBack)
        #expect(later && scope.claimed == nil)
    }
}
