import CDashboard
import IXRepresentation

/// `DashboardFile` is a file of the dashboard, as it stands in the source and in the form of gzip.
struct DashboardFile: Sendable {
    let type: String
    let plain: [UInt8]
    /// Nil where gzip saves nothing.
    let compressed: [UInt8]?

    /// The files by name, without the page. Read at the first request, so that a daemon without viewers holds none.
    static let all = Dictionary(uniqueKeysWithValues: sources.map { ($0.name, DashboardFile($0.name, $0.bytes)) })

    /// The page, with the folder of its files in place.
    static let page: DashboardFile = {
        let text = String(decoding: source.first { $0.name == pageName }?.bytes ?? [], as: UTF8.self)
        return DashboardFile(pageName, Array(text.replacing("ui/HASH/", with: "ui/\(hash)/").utf8))
    }()

    /// A text that changes with any file, so that browsers may keep the files for good.
    static let hash: String = {
        let all = source.map { $0.name + ":" + Digest.hexadecimal(of: String(decoding: $0.bytes, as: UTF8.self)) }
        return String(Digest.hexadecimal(of: all.joined(separator: "\n")).prefix(16))
    }()

    private static let pageName = "index.html"
    private static let sources = source.filter { $0.name != pageName }

    private static let source: [(name: String, bytes: [UInt8])] = {
        var found: [(name: String, bytes: [UInt8])] = []
        var next = ix_assets()
        while let asset = next?.pointee, let name = asset.name {
            found.append((String(cString: name), Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))))
            next = next?.successor()
        }
        return found
    }()

    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    ]

    private init(_ name: String, _ bytes: [UInt8]) {
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        type = Self.types[ending] ?? "application/octet-stream"
        plain = bytes
        let packed = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            count = ix_gzip(bytes, bytes.count, room.baseAddress, bytes.count)
        }
        compressed = packed.isEmpty ? nil : packed
    }
}
