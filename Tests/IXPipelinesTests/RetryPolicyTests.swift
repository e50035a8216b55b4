import Testing

@testable import IXPipelines

@Suite struct RetryPolicyTests {
    private static func policy(_ codes: Set<String>, pause: Duration = .seconds(2), longest: Duration = .seconds(10))
        -> RetryPolicy
    {
        RetryPolicy(codes: codes, pause: pause, longest: longest)
    }

    @Test(
        arguments: [
            (["*"], "timeout", true), (["*"], "anything", true), (["*"], "cancelled", false), ([], "timeout", false),
            (["timeout"], "timeout", true),
            (["timeout"], "broken", false), (["cancelled"], "cancelled", false), (["timeout"], "", false),
        ] as [(Set<String>, String, Bool)])
    func `a policy covers the codes that it names, or all, but never a cancel`(
        _ codes: Set<String>, _ code: String, _ isCovered: Bool
    ) {
        #expect(Self.policy(codes).covers(code) == isCovered)
    }

    @Test(arguments: [(nil, 3, 3), (2, 3, 2), (5, 3, 3), (5, 0, 5), (nil, 0, 0), (0, 3, 3)] as [(Int?, Int, Int)])
    func `a job has as many starts as the lower of both limits`(_ policy: Int?, _ most: Int, _ starts: Int) {
        #expect(RetryPolicy(starts: policy, pause: .zero, longest: .zero).starts(of: most) == starts)
    }

    @Test(arguments: [(-5, 2), (0, 2), (1, 2), (2, 4), (3, 8), (4, 10), (1_000_000, 10)])
    func `the pause doubles with each start up to the longest, and is drawn from its upper half`(
        _ starts: Int, _ whole: Int
    ) {
        let drawn = (0..<200).map { _ in Self.policy([]).pause(afterStarts: starts) }
        #expect(drawn.allSatisfy { $0 >= .seconds(whole) / 2 && $0 <= .seconds(whole) })
        #expect(Set(drawn).count > 100)
    }

    @Test func `a pause over the longest is cut, and no pause stays none`() {
        let cut = Self.policy([], pause: .seconds(60), longest: .seconds(1)).pause(afterStarts: 1)
        #expect(cut <= .seconds(1))
        #expect(Self.policy([], pause: .zero, longest: .seconds(1)).pause(afterStarts: 40) == .zero)
    }
}
