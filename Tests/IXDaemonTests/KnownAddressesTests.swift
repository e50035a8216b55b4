import Foundation
import Testing

@testable import IXDaemon

@Suite struct KnownAddressesTests {
    private func with<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ix-known-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // ignored: a leftover folder does no harm
        return try body(folder)
    }

    @Test func `an address is known once it was added, to its instance alone`() throws {
        try with { folder in
            let one = KnownAddresses(directory: folder, instance: "one")
            #expect(!one.contain("db:5432/ix as ix"))
            one.add("db:5432/ix as ix")
            one.add("db:5432/ix as ix")
            #expect(one.contain("db:5432/ix as ix") && !one.contain("db:5432/ix as other"))
            #expect(!KnownAddresses(directory: folder, instance: "two").contain("db:5432/ix as ix"))
            let text = try String(contentsOfFile: folder + "/one.addresses", encoding: .utf8)
            // The file holds hashes. A space can't be part of one, so this can't be true by chance.
            #expect(text.split(separator: "\n").count == 1 && !text.contains("ix as"))
        }
    }

    @Test func `the newest sixteen are kept`() throws {
        try with { folder in
            let known = KnownAddresses(directory: folder, instance: "one")
            for number in 1...20 { known.add("host\(number)") }
            #expect((1...20).map { known.contain("host\($0)") } == (1...20).map { $0 > 4 })
        }
    }

    @Test func `a file that can't be read gives no reason to give up`() throws {
        try with { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/one.addresses", withIntermediateDirectories: true)
            #expect(KnownAddresses(directory: folder, instance: "one").contain("db"))
        }
    }
}
