import IXTelemetry
import Logging
import Testing

struct EventKindTests {
    @Test func `every kind has a name, a message and a MESSAGE_ID of its own`() {
        let all = EventKind.all
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(Set(all.map(\.message)).count == all.count)
        #expect(Set(all.map(\.messageID)).count == all.count)
    }

    @Test(arguments: EventKind.all)
    func `a MESSAGE_ID is 128 bits in lower-case hexadecimal`(kind: EventKind) {
        #expect(kind.messageID.count == 32)
        #expect(kind.messageID.allSatisfy { "0123456789abcdef".contains($0) })
    }

    @Test(arguments: EventKind.all.filter { $0.level >= .warning })
    func `a warning says in the operator's page what to do about it`(kind: EventKind) {
        let speaksForItself: Set<EventKind> = [.leaseNotEnded, .pipelineThrew]
        #expect(kind.meaning != nil || speaksForItself.contains(kind))
    }
}
