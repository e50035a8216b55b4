package import IXCore

/// The rules for names of time zones, which are paths below the folder of zone files.
package enum TimeZoneName {
    /// Maximum bytes of a name.
    static let bytes = 100

    /// Refuses names that lead out of the folder or that no zone has.
    ///
    /// Failure: `InvalidInput` naming `time_zone`.
    package static func check(_ name: String) throws(InvalidInput) {
        guard !name.isEmpty else { throw InvalidInput("time_zone", "is empty") }
        guard name.utf8.count <= bytes else { throw InvalidInput("time_zone", "over \(bytes) bytes") }
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAllowed) }) else {
            throw InvalidInput("time_zone", "\(PrintedText.safe(name)) must be a name such as Europe/Berlin or UTC")
        }
        guard name != "localtime" else { throw InvalidInput("time_zone", "localtime is another zone on each host") }
        guard !name.hasPrefix("right/") else {
            throw InvalidInput("time_zone", "\(name) counts leap seconds; must be \(name.dropFirst(6))")
        }
    }

    /// The refusal of a name that the folder doesn't have, with the nearest name of the folder.
    static func unknown(_ name: String, in folder: String) -> InvalidInput {
        let reason = Suggestion.reason("\(name) is unknown in \(folder)", nearest(to: name, in: folder))
        return InvalidInput("time_zone", reason)
    }

    /// Searches part by part, so that the folders on the way are read and no others.
    private static func nearest(to name: String, in folder: String) -> String? {
        var found: [String] = []
        for part in name.split(separator: "/") {
            let names = FolderNames.readable(([folder] + found).joined(separator: "/"))
            let zones = names.filter { !$0.isEmpty && $0.utf8.allSatisfy(isAllowed) }
            guard
                let nearest = zones.contains(String(part))
                    ? String(part) : Suggestion.nearest(to: String(part), among: zones)
            else { return nil }
            found.append(nearest)
        }
        let nearest = found.joined(separator: "/")
        return nearest == name ? nil : nearest
    }

    /// Letters, digits, `_`, `+` and `-`; no name has a point.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
