import IXCore

/// One job that a producer may bring to a door, and what every door says to it.
struct DoorCase: Sendable {
    let name: String
    /// JSON texts; nil leaves the name out. A nil `requestID` stands for a fresh one.
    var useCase: String? = #""echo""#
    var clientID: String? = #""c""#
    var requestID: String?
    /// What stands beside the names in the document, as it is.
    var members = ""
    var callbackURL: String?
    var runAt: String?
    var expiresAt: String?
    /// JSON texts.
    var maxAttempts: String?
    var priority: String?
    /// `field: reason` of the refusal; nil: the job is taken, and every door stores the same.
    var refusal: String?
    /// Doors that say something else, and what.
    var others: [Door: String] = [:]
    /// Doors where it can't be said at all.
    var lacking: Set<Door> = []

    func document(_ requestID: String) -> String {
        let names = [
            useCase.map { "\"use_case\":\($0)" }, clientID.map { "\"ix_client_id\":\($0)" },
            isWithoutID ? nil : "\"request_id\":\(self.requestID ?? "\"\(requestID)\"")",
        ]
        return "{" + (names.compactMap { $0 } + (members.isEmpty ? [] : [members])).joined(separator: ",") + "}"
    }

    /// The document's members but for the names.
    var fields: String { "{\(members)}" }
    private var isWithoutID: Bool { requestID == "none" }

    /// What a JSON text says; nil when it isn't a string.
    static func string(_ json: String) -> String? {
        // ignored: what is no JSON is no string
        (try? JSONDocument(response: "{\"text\":\(json)}"))?["text"]?.string
    }

    /// The name as a text; nil when it isn't one.
    func text(_ json: String?) -> String? { json.flatMap(Self.string) }
}

extension DoorCase {
    private static let url = "https://shop.example/done"
    private static func long(_ count: Int, _ character: String = "x") -> String {
        String(repeating: character, count: count)
    }
    private static func nested(_ depth: Int) -> String { "\"a\":" + long(depth, "[") + long(depth, "]") }

    private static func named(
        _ name: String, useCase: String? = #""echo""#, clientID: String? = #""c""#, requestID: String? = nil,
        _ refusal: String? = nil, lacking: Set<Door> = []
    ) -> DoorCase {
        DoorCase(
            name: name, useCase: useCase, clientID: clientID, requestID: requestID, refusal: refusal, lacking: lacking)
    }

    /// `isInLine`: no JSON to PostgreSQL, before a function sees it; and a fault of the whole line to an import.
    private static func document(
        _ name: String, _ members: String, _ refusal: String? = nil, isInLine: Bool = false
    ) -> DoorCase {
        let line = refusal.map { "line:" + $0.dropFirst("request:".count) } ?? ""
        return DoorCase(
            name: name, members: members, refusal: refusal,
            others: isInLine ? [.function: server, .batch: server, .importing: line] : [:])
    }

    private static func time(_ name: String, _ text: String, refused: Bool = false) -> DoorCase {
        let refusal = "run_at: is no time; write it like 2026-03-04T05:06:07.000008Z"
        let isPlain = TimeForms.isKept(text)
        return DoorCase(
            name: name, runAt: text, refusal: refused ? refusal : nil,
            // The view keeps times as they are written, so it takes one form alone.
            others: refused || isPlain ? [:] : [.view: refusal],
            // A time is a timestamptz before this door sees it.
            lacking: [.function])
    }

    private static func address(_ name: String, _ url: String, _ refusal: String? = nil) -> DoorCase {
        DoorCase(name: name, callbackURL: url, refusal: refusal.map { "callback_url: " + $0 })
    }

    private static func starts(_ name: String, _ text: String, _ refusal: String? = nil) -> DoorCase {
        DoorCase(name: name, maxAttempts: text, refusal: refusal.map { "max_attempts: " + $0 })
    }

    /// The command line gives names as options: there each is a text, and one that is left out has a default.
    private static let options: Set<Door> = [.ctl, .remote]
    /// A row's columns, of which each is a text.
    private static let rows: Set<Door> = [.ctl, .importing]
    /// Doors where names that are left out have a default.
    private static let defaulted: Set<Door> = [.line, .remoteLine, .importing]
    private static let server = "PostgreSQL's own words"

    static let all: [DoorCase] = names + documents + times + numbers + addresses

    private static let names: [DoorCase] = [
        named("a plain job"),
        named("a key of 255 bytes", clientID: "\"\(long(255))\""),
        named("a key of 256 bytes", requestID: "\"\(long(256))\"", "request_id: over 255 bytes"),
        named("a key of 128 two-byte characters", clientID: "\"\(long(128, "ü"))\"", "client_id: over 255 bytes"),
        named("an empty key", requestID: #""""#, "request_id: is empty"),
        named("a key with a control character", requestID: #""a\u001b[31m""#, "request_id: holds a control character"),
        named("a key with a C1 control", clientID: #""a\u009b31m""#, "client_id: holds a control character"),
        named("an empty use case", useCase: #""""#, "use_case: is empty"),
        named("a use case of 256 bytes", useCase: "\"\(long(256))\"", "use_case: over 255 bytes"),
        named("a use case that is a number", useCase: "7", "use_case: is not a string", lacking: options),
        named("a client that is an object", clientID: "{}", "client_id: is not a string", lacking: options),
        named(
            "a use case that is null", useCase: "null", "use_case: is missing",
            lacking: options.union(defaulted)),
        named("no client", clientID: nil, "client_id: is missing", lacking: options.union(defaulted)),
        named(
            "no request id", requestID: "none", "request_id: is missing", lacking: options.union(defaulted)),
    ]

    private static let documents: [DoorCase] = [
        document("other fields", #""context":{"a":[1,2,{"b":null}]},"options":{"x":true}"#),
        document("numbers of any size", #""a":[12345678901234567890,1.10,1e400,-0.0,1E-5]"#),
        document("names in any order, one twice", #""b":1,"a":2,"b":3"#),
        document("escapes and every kind of character", #""a":"\u00e9\n\"\\\/ü😀\ud83d\ude00\u2028""#),
        document("64 levels", nested(63)),
        document("65 levels", nested(64), "request: nested deeper than 64 levels"),
        document("over 1 MiB", "\"a\":\"\(long((1 << 20) + 8192))\"", "request: over 1048576 bytes"),
        document("U+0000", #""a":"\u0000""#, #"request: holds \u0000, which can't be stored"#, isInLine: true),
        document("half a surrogate", #""a":"\ud800""#, "request: holds a lone surrogate", isInLine: true),
        document(
            "a number of 131,073 digits", #""a":1e131072"#,
            "request: holds a number with more than 131072 digits before its point or 16383 after", isInLine: true),
        document(
            "a number with 16,384 places", #""a":1e-16384"#,
            "request: holds a number with more than 131072 digits before its point or 16383 after", isInLine: true),
    ]

    private static let times: [DoorCase] = [
        time("a time as stores keep it", "2199-03-04T05:06:07.000008Z"),
        time("a time without a zone", "2199-03-04 06:00"),
        time("a day", "2199-03-04"),
        time("a time with a zone", "2199-03-04T06:00:00+02:00"),
        time("a time with a short zone and a comma's worth of digits", "2199-03-04t06:00:00.1234567-0330"),
        time("for ever", "infinity"),
        time("at once", "-infinity"),
        time("tomorrow", "tomorrow", refused: true),
        time("now", "now", refused: true),
        time("a while", "15m", refused: true),
        time("a number", "1767225600", refused: true),
        time("the 30th of February", "2199-02-30T00:00:00.000000Z", refused: true),
        time("hour 25", "2199-02-03T25:00:00.000000Z", refused: true),
        time("a year of five digits", "20000-01-01T00:00:00Z", refused: true),
        time("an empty text", "", refused: true),
    ]

    private static let numbers: [DoorCase] = [
        starts("one start", "1"), starts("starts without end", "0"), starts("a million starts", "1000000"),
        starts("a million and one", "1000001", "must be 0 (no limit) to 1000000"),
        starts("as many as the column holds", "2147483647", "must be 0 (no limit) to 1000000"),
        starts("less than none", "-1", "must be 0 (no limit) to 1000000"),
    ]

    private static let addresses: [DoorCase] = [
        address("a callback", url),
        address(
            "a callback with all that a URL may hold", "HTTP://Shop-1.example.:8080/a%20b/~c;d=[1]?e=f&g=(h)!*'$,:@"),
        address("a callback to addresses", "http://[2001:db8::1]:9/"),
        address("a callback to a plain IPv4 address", "http://10.0.0.1/"),
        address("a template", url + "?id={id}", "holds {, which has to be written as %7B"),
        address("its other brace", url + "?id=id}", "holds }, which has to be written as %7D"),
        address("a pipe", url + "?a|b", "holds |, which has to be written as %7C"),
        address("a backslash", url + "\\x", "holds \\, which has to be written as %5C"),
        address("a quote", url + "?\"a\"", "holds \", which has to be written as %22"),
        address("a caret", url + "?^", "holds ^, which has to be written as %5E"),
        address("a backtick", url + "?`", "holds `, which has to be written as %60"),
        address("less and greater", url + "?<a>", "holds <, which has to be written as %3C"),
        address("a space", url + "?a b", "holds a space, which has to be written as %20"),
        address("a line end", url + "\n", "holds a control character"),
        address("a fragment", url + "#top", "holds a fragment (#), which no request carries"),
        address(
            "an umlaut", "https://shöp.example/",
            "holds a character beyond ASCII, which has to be written as %XX, in the host as punycode"),
        address("no scheme", "shop.example/done", "is not an absolute http or https URL"),
        address("another scheme", "ftp://shop.example/", "is not an absolute http or https URL"),
        address("no host", "https:///done", "is not an absolute http or https URL"),
        address("an empty one", "", "is not an absolute http or https URL"),
        address("a password", "https://a:b@shop.example/", "holds a user or a password"),
        address("port 0", "http://a:0/", "has a port that is not 1 to 65535"),
        address("port 65536", "http://a:65536/", "has a port that is not 1 to 65535"),
        address("a port of letters", "http://a:http/", "has a port that is not 1 to 65535"),
        address(
            "a number for a host", "http://2130706433/", "has a number for a host that is not a plain IPv4 address"),
        address("an octal address", "http://0177.0.0.1/", "has a number for a host that is not a plain IPv4 address"),
        address("a hexadecimal address", "http://0x7f.1/", "has a number for a host that is not a plain IPv4 address"),
        address("a host with two dots", "http://a..b/", "has a host that is no name"),
        address("a host with a percent sign", "http://a%62/", "has a host that is no name"),
        address("a label of 64 characters", "http://\(long(64))/", "has a host that is no name"),
        address("brackets around a name", "http://[shop]/", "has a host in brackets that is no IPv6 address"),
        address("over 2048 bytes", "http://a/" + long(2048), "over 2048 bytes"),
    ]
}

/// The one form in which stores keep a time.
private enum TimeForms {
    static func isKept(_ text: String) -> Bool {
        text.hasSuffix("infinity") || Timestamp(text)?.text == text
    }
}
