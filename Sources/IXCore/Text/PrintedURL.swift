/// URLs as shown to people: without user and password, and with the query replaced by `?…`.
public enum PrintedURL {
    private static let mask = "*****@"
    /// Bytes that end a URL inside a sentence.
    private static let ends = Set(" \t\r\n\"<>{}`".utf8)

    /// Returns `url` without user and password. A query is shown as `?…`, because it may hold credentials.
    public static func shown(_ url: String) -> String {
        let bare = withoutUsers(url)
        return bare.firstIndex(of: "?").map { bare[..<$0] + "?…" } ?? bare
    }

    /// Returns `text` with user and password masked in every URL: `postgresql://ada:hush@db/ix` becomes
    /// `postgresql://*****@db/ix`.
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

    /// Returns the index behind the next `://`.
    private static func schemeEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= 3 else { return nil }
        for at in start...(bytes.count - 3)
        where bytes[at] == UInt8(ascii: ":") && bytes[at + 1] == UInt8(ascii: "/") && bytes[at + 2] == bytes[at + 1] {
            return at + 3
        }
        return nil
    }

    /// Returns the index of the `@` behind user and password. Readers of URLs disagree about which `@` counts, and a
    /// slash in a password looks like the end of the host. When anything but a port follows the first colon, the last
    /// `@` of the whole URL counts.
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
