import IXStore
import Testing

@testable import IXPostgres

/// Who looks first for a job that has arrived, and who later.
@Suite struct NeighboursTests {
    /// As the server makes them: milliseconds, doubled, some milliseconds apart.
    private static let stamps = (0..<2000).map { (number: UInt64) -> UInt64 in
        let moment = 1_800_000_000_000 + number * 10
        return moment * 2 + number % 2
    }

    @Test(arguments: [1, 2, 3, 5, 8, 20, 100])
    func `of all daemons exactly one answers a stamp, and each its share of them`(_ count: Int) {
        let shares = (0..<count).map { Neighbours(count: count, rank: $0).share(of: Self.stamps) }
        #expect(shares.reduce(0, +) == Self.stamps.count)
        let fair = Self.stamps.count / count
        #expect(shares.allSatisfy { (fair / 3...fair * 3).contains($0) }, "\(shares)")
    }

    @Test func `a daemon alone looks as soon and as often as it did`() {
        let alone: [Duration] = [.milliseconds(20), .milliseconds(150)]
        #expect(Neighbours().delays(alone) == alone && Neighbours().share(of: [1, 2, 3]) == 3)
    }

    @Test(arguments: [2, 20, 100])
    func `the others look once, later the more they are`(_ count: Int) {
        let neighbours = Neighbours(count: count, rank: 0)
        let alone: [Duration] = [.milliseconds(20), .milliseconds(150)]
        #expect(neighbours.delays(alone, random: 1) == [.milliseconds(20) * count])
        let drawn = (0..<200).map { _ in neighbours.delays(alone)[0] }
        #expect(drawn.allSatisfy { $0 >= .milliseconds(4) * count && $0 <= .milliseconds(36) * count })
        #expect(Set(drawn).count > 100)
    }
}
