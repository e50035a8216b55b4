/// URLs as people may see them: user and password never, a query only that there is one.
public enum PrintedURL {
    private static let mask = "*****@"
    /// What ends a URL inside of a sentence.
    private static let ends = Set(" \t\r\n\"<>{}`".utf8)

    /// `url` without user and password; its query, which may hold credentials, as `?…`.
    public static func shown(_ url: String) -> String {
        let bare = withoutUsers(url)
        return bare.firstIndex(of: "?").map { bare[..<$0] + "?…" } ?? bare
    }

    /// `text` in which no URL says who: `postgresql://ada:hush@db/ix` becomes `postgresql://*****@db/ix`.
    public static func withoutUsers(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var (kept, at) = ([UInt8](), 0)
        while let start = schemeEnd(bytes, from: at) {
            let end = bytes[start...].firstIndex(where: ends.contains) ?? bytes.count
            kept += bytes[at..<start]
            at = start
            guard let last = lastOfUser(bytes[start..<end]) else { continue }
            kept += mask.utf8
            at = last + 1
        }
        return at == 0 ? text : String(decoding: kept + bytes[at...], as: UTF8.self)
    }

    /// Behind the next `://`.
    private static func schemeEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= 3 else { return nil }
        for at in start...(bytes.count - 3)
        where bytes[at] == UInt8(ascii: ":") && bytes[at + 1] == UInt8(ascii: "/") && bytes[at + 2] == bytes[at + 1] {
            return at + 3
        }
        return nil
    }

    /// The `@` behind user and password. Readers of URLs differ in which one that is, and a slash in a password looks like
    /// the end of the host: where anything but a port follows the first colon, the last `@` of the whole counts.
    private static func lastOfUser(_ rest: ArraySlice<UInt8>) -> Int? {
        let slash = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<slash]
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { return at }
        guard authority.first != UInt8(ascii: "["), let colon = authority.firstIndex(of: UInt8(ascii: ":")) else {
            return nil
        }
        let isPort = authority[(colon + 1)...].allSatisfy { (0x30...0x39).contains($0) }
        return isPort ? nil : rest.lastIndex(of: UInt8(ascii: "@"))
    }
}
