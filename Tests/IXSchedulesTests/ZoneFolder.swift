import FoundationEssentials

@testable import IXSchedules

/// A folder of zone files that a test makes.
struct ZoneFolder {
    let path: String

    static func with(_ body: (ZoneFolder) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/ix-zones-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // ignored: the system clears its folder of temporary files
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(ZoneFolder(path: path))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }

    /// The bytes of a zone of this machine.
    static func bytes(_ zone: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(TimeZoneFile.folder)/\(zone)")))
    }
}
