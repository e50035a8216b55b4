import IXTelemetry
import Logging
import Testing

@testable import IXSystemd

/// A log line as the journal gets it.
@Suite struct JournalFieldsTests {
    private static func fields(_ event: EventKind, _ metadata: Logger.Metadata = [:]) -> [String: String] {
        let fields = JournalFields(LogLine(event, metadata), identifier: "ix-worker@a").fields
        return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0) and \($1)" })
    }

    @Test func `an event carries its message, level, id, name and origin`() {
        let fields = Self.fields(.jobDone)
        #expect(fields["MESSAGE"] == EventKind.jobDone.message && fields["IX_EVENT"] == EventKind.jobDone.name)
        #expect(fields["MESSAGE_ID"] == EventKind.jobDone.messageID && fields["SYSLOG_IDENTIFIER"] == "ix-worker@a")
        #expect(fields["CODE_FILE"] != nil && fields["CODE_LINE"] != nil && fields["CODE_FUNC"] != nil)
    }

    @Test func `every event has the priority of its level`() {
        let priorities: [Logger.Level: String] = [
            .critical: "2", .error: "3", .warning: "4", .notice: "5", .info: "6", .debug: "7", .trace: "7",
        ]
        for event in [EventKind.jobDone, .jobError, .storeAway, .storeBack, .stopped, .leaseLost, .runsTaken] {
            #expect(Self.fields(event)["PRIORITY"] == priorities[event.level], "\(event.name)")
        }
    }

    @Test(
        arguments: [
            ("job_id", "IX_JOB_ID"), ("ix_id", "IX_ID"), ("seconds", "IX_SECONDS"), ("a.b-c d", "IX_A_B_C_D"),
            ("_x", "IX__X"), ("ä", "IX___"), ("0", "IX_0"), ("", "IX_"),
            (String(repeating: "k", count: 200), "IX_" + String(repeating: "K", count: 60)),
        ])
    func `a field's name is one that the journal takes`(_ key: String, _ name: String) {
        #expect(Self.fields(.jobDone, [key: "v"])[name] == "v")
    }

    @Test(arguments: ["reason", "error"])
    func `the reason of a fault stands in the message, which is all that journalctl shows`(_ key: String) {
        let fields = Self.fields(.storeAway, [key: "refused"])
        #expect(fields["MESSAGE"] == EventKind.storeAway.message + ": refused")
    }

    @Test func `a line of a pipeline's program is the message itself`() {
        #expect(Self.fields(.pipelineStderr, ["line": "it says", "reason": "x"])["MESSAGE"] == "it says")
        #expect(Self.fields(.pipelineStderr)["MESSAGE"] == EventKind.pipelineStderr.message)
    }

    @Test func `a message holds no control characters that could fake a line, a field keeps its bytes`() {
        let fields = Self.fields(.storeAway, ["reason": "a\nPRIORITY=0\u{1b}[2J"])
        #expect(fields["MESSAGE"]?.contains { $0 == "\n" || $0 == "\u{1b}" } == false)
        #expect(fields["IX_REASON"] == "a\nPRIORITY=0\u{1b}[2J")
    }
}
