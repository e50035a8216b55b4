import IXCore

/// The dotted name of a key, such as `section.name`. Segments which aren't bare TOML keys are quoted.
enum DottedName {
    static func text(_ path: [String]) -> String { path.map(segment).joined(separator: ".") }

    static func segment(_ name: String) -> String { isBare(name) ? name : JSONString.encode(name) }

    static func isBare(_ name: String) -> Bool { !name.isEmpty && name.utf8.allSatisfy(isBare) }

    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
