import Foundation
import Testing

@testable import IXCore

/// The ids of new jobs.
@Suite struct TimeOrderedIDTests {
    @Test(arguments: [
        (0, "00000000-0000-7"), (1, "00000000-0001-7"), (0x1234_5678_9abc, "12345678-9ABC-7"),
        (0xffff_ffff_ffff, "FFFFFFFF-FFFF-7"),
    ])
    func `an id begins with its time, and says that it is of version 7`(_ milliseconds: UInt64, _ start: String) {
        let id = UUID.timeOrdered(at: milliseconds).uuidString
        #expect(id.hasPrefix(start))
        #expect("89AB".contains(id.dropFirst(19).first!))
    }

    @Test func `ids of one moment differ`() {
        #expect(Set((0..<1000).map { _ in UUID.timeOrdered(at: 1) }).count == 1000)
    }

    @Test func `the time is the clock's`() {
        let (before, id, after) = (Date.now, UUID.timeOrdered().uuidString, Date.now)
        let digits = id.prefix(13).filter { $0 != "-" }
        let seconds = UInt64(digits, radix: 16).map { Double($0) / 1000 } ?? 0
        #expect(seconds >= before.timeIntervalSince1970 - 0.001 && seconds <= after.timeIntervalSince1970)
    }
}
