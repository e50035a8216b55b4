import Foundation
import IXTelemetry
import Testing

struct EventCatalogTests {
    private let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "systemd/ix-worker.catalog")

    /// With IX_WRITE_REFERENCE=1 the file is written anew instead.
    @Test func `the journal's catalogue is the table of events`() throws {
        if ProcessInfo.processInfo.environment["IX_WRITE_REFERENCE"] == "1" {
            try EventCatalog.text().write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == EventCatalog.text())
    }

    @Test func `every kind of event has an entry, and no two the same id`() {
        let ids = EventCatalog.text().split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { $0.dropFirst(3) }
        #expect(ids.count == EventKind.all.count && Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }
}
