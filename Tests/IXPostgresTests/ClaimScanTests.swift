import FoundationEssentials
import Testing

@testable import IXPostgres

/// Where the scan of a claim starts, without a server: at the mark, or at the beginning.
@Suite struct ClaimScanTests {
    private func position(_ due: Int64) -> ClaimMark.Position {
        ClaimMark.Position(due: due, jobID: UUID(uuid: (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }

    /// A mark at `due`, whose next scan from the start is a pause away.
    private func marked(_ due: Int64) -> ClaimMark {
        let mark = ClaimMark()
        mark.found(position(due), by: mark.scan(whole: false))
        return mark
    }

    @Test func `positions are in the order of claims: by time, then by id`() {
        let ids = [
            UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
            UUID(uuid: (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        ]
        let ordered = [
            ClaimMark.Position.start, ClaimMark.Position(due: -5, jobID: ids[1]),
            ClaimMark.Position(due: 3, jobID: ids[0]), ClaimMark.Position(due: 3, jobID: ids[1]),
        ]
        #expect(ordered.shuffled().sorted() == ordered)
    }

    @Test func `the first scan is from the start, the next from the row claimed last`() {
        let mark = ClaimMark()
        let first = mark.scan(whole: false)
        #expect(!first.startsAtMark && first.mark == .start)
        mark.found(position(10), by: first)
        let second = mark.scan(whole: false)
        #expect(second.startsAtMark && second.mark == position(10))
        mark.found(position(20), by: second)
        #expect(mark.scan(whole: false).mark == position(20))
    }

    @Test func `an idle worker scans from the start in any case`() {
        #expect(!marked(10).scan(whole: true).startsAtMark)
    }

    @Test func `a scan that finds nothing leaves the mark`() {
        let mark = marked(10)
        mark.found(nil, by: mark.scan(whole: false))
        #expect(mark.scan(whole: false).mark == position(10))
    }

    @Test func `a row before the mark lets every claim scan from the start, until none is left there`() {
        let mark = marked(100)
        mark.found(position(50), by: mark.scan(whole: true))
        for _ in 0..<3 {
            let scan = mark.scan(whole: false)
            #expect(!scan.startsAtMark && scan.mark == position(100))
            mark.found(position(60), by: scan)
        }
        mark.found(position(110), by: mark.scan(whole: false))
        let scan = mark.scan(whole: false)
        #expect(scan.startsAtMark && scan.mark == position(110))
    }

    @Test func `a mark that is distrusted is not used until a scan from the start has looked`() {
        let mark = marked(10)
        mark.distrust()
        let scan = mark.scan(whole: false)
        #expect(!scan.startsAtMark)
        mark.found(position(20), by: scan)
        #expect(mark.scan(whole: false).startsAtMark)
    }
}
