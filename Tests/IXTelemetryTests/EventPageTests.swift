import Foundation
import IXTelemetry
import Testing

struct EventPageTests {
    /// With IX_WRITE_REFERENCE=1 the page is written anew instead.
    @Test func `the documented messages are the table of events`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/messages.md")
        if ProcessInfo.processInfo.environment["IX_WRITE_REFERENCE"] == "1" {
            try EventPage.markdown().write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == EventPage.markdown())
    }
}
