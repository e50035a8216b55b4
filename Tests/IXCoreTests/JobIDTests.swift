import Foundation
import Testing

@testable import IXCore

/// The ids of new jobs.
@Suite struct JobIDTests {
    @Test(arguments: [(0, "00"), (255, "00"), (256, "01"), (0xfe00, "FE"), (65_536, "00"), (-1, "FF")])
    func `the time sets the first byte alone`(_ seconds: Int, _ start: String) {
        let ids = (0..<1000).map { _ in UUID.ofJob(at: seconds).uuidString }
        #expect(ids.allSatisfy { $0.hasPrefix(start) && $0.dropFirst(14).first == "4" })
        #expect(Set(ids).count == 1000)
    }

    @Test func `the first eight digits tell jobs of one moment apart`() {
        let ids = Set((0..<100).map { _ in UUID.ofJob(at: 1_800_000_000).uuidString.prefix(8) })
        #expect(ids.count > 95)
    }
}
