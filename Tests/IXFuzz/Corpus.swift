/// Inputs that are right, and pieces that make them wrong.
struct Corpus {
    let seeds: [[UInt8]]
    let pieces: [[UInt8]]

    init(_ kind: FuzzKind) {
        let (seeds, pieces) = Self.texts(kind)
        self.seeds = seeds.map { Array($0.utf8) }
        self.pieces = pieces.map { Array($0.utf8) } + Self.bytes
    }

    private static func texts(_ kind: FuzzKind) -> ([String], [String]) {
        switch kind {
        case .documents: (documents, json)
        case .configuration: (configurations, toml)
        case .lines:
            (
                lines,
                json + [
                    "\"done\":", "\"retry\":", "\"discard\":", "\"job_id\":\"j\"", "\"attempt\":", "\"after\":", "NaN",
                ]
            )
        case .answers: (answers, http)
        case .imports:
            (
                imports,
                json + ["\"status\":\"running\"", "\"max_attempts\":", "\"run_at\":", "null,", "\"ix_attempts\":["]
            )
        case .words: (words, urls)
        case .cron: (crons, cronPieces)
        }
    }

    private static let bytes: [[UInt8]] = [
        [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xC0, 0x80], [0xF0, 0x9F, 0x98, 0x80],
        [0xE2, 0x80, 0xA8],
        [0x7F], [0xC2, 0x85], [0x0A], [0x0D, 0x0A], [0x09],
    ]

    private static let json = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u00e9", "\\x",
        "null", "true",
        "false", "NaN", "-Infinity", "0", "-0", "1e400", "1E-400", "1e131071", "1e131072", "-1e-16383", "1e-16384",
        "0.1e99999999999999999999",
        "12345678901234567890", "9223372036854775808", "1.10", "01", "+1", ".5", "5.", " ", "\n", "\"use_case\":",
        "\"ix_client_id\":",
        "\"request_id\":", "\"ix_id\":", "{\"a\":", "[[[[[[[[", "]]]]]]]]", "\"error\":", "\"code\":",
    ]

    private static let documents = [
        #"{"use_case":"extract","ix_client_id":"c","request_id":"r","context":{"a":[1,2.50,-3e10,"x"],"b":null}}"#,
        #"{"error":{"code":"x","message":"y"},"z":[true,false,null,{"":{}}]}"#,
        #"{"b":1,"a":2,"b":3,"ü":"é\n😀\\\"","n":[12345678901234567890,1e400,0.000000001]}"#,
        "{\"deep\":" + String(repeating: "[", count: 60) + String(repeating: "]", count: 60) + "}", "{}",
    ]

    private static let lines = [
        #"{"ready":{"protocol":1}}"#, #"{"progress":0.4,"message":"page 2 of 5","job_id":"j","attempt":1}"#,
        #"{"log":"text","job_id":"j","attempt":1}"#,
        #"{"done":{"job_id":"j","attempt":1,"response":{"error":null,"n":1.50}}}"#,
        #"{"retry":{"job_id":"j","attempt":1,"after":30,"message":"m"}}"#,
        #"{"discard":{"job_id":"j","attempt":1,"code":"c","message":"m"}}"#,
    ]

    private static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nRetry-After: 7\r\n\r\nhello", "HTTP/1.1 204 No Content\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nX: a\r\n b\r\n\r\nlater",
    ]

    private static let http = [
        "HTTP/1.1 ", "HTTP/", "200", "000", "101", "99999", "\r\n", "\n", "\r", "\r\n\r\n", ":", " ", "\t",
        "Content-Length: ", "5", "-1",
        "18446744073709551616", "Transfer-Encoding: chunked", "ffffffffffffffff", "0\r\n", "Retry-After: ",
        "Set-Cookie: ", "xxxxxxxxxxxxxxxx",
    ]

    private static let imports = [
        #"{"settings":{"queues":[{"queue":"q","settings":{"concurrency":2},"paused":true}],"groups":[{"queue":"q","group_key":"g","concurrency":1,"paused":false}],"schedules":[{"name":"n","request":{"use_case":"u"},"cron":"@daily","next_at":"infinity"}]}}"#,
        #"{"ix_export":1,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","mode":"move","from":"a","at":"b"}"#,
        #"{"committed":10,"batch":1}"#, #"{"end":true,"jobs":10}"#, job,
    ]

    private static let job = """
        {"job":{"job_id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","ix_id":"0123456789abcdef","client_id":"c","request_id":"r",\
        "use_case":"u","status":"done","request":{"use_case":"u","ix_client_id":"c","request_id":"r"},"response":{"error":null},\
        "callback_url":"https://a.example/","callback_status":null,"attempts":0,"max_attempts":3,"priority":0,\
        "created_at":"2026-01-01T00:00:00.000000Z","run_at":null,"started_at":null,"finished_at":"2026-01-01T00:00:00.000000Z",\
        "expires_at":null,"claim_id":null,"finished_claim":null,"daemon_id":null,"cancel_requested_at":null,"resubmit_of":null,\
        "ix_attempts":[{"attempt":1,"claim_id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","daemon_id":null,"started_at":null,\
        "ended_at":"2026-01-01T00:00:00.000000Z","outcome":"lost","exit_status":null,"log_tail":"x"}]}}
        """

    private static let configurations = [
        "[worker]\ncount = 4\npoll_seconds = 2.5\n[callback]\nretry_seconds = [5, 300]\nclient_secrets = { a = \"b\" }\n",
        "[pipelines.extract]\nkind = \"exec\"\ncommand = [\"/bin/true\", \"x\"]\nretry_on = [\"*\", \"exit:3\"]\ntimeout_seconds = 1\n",
        "[pipelines.\"a b\"]\nkind = \"worker\"\ncommand = ['''x''']\nenvironment = { A = \"b\" }\n[log]\nlevel = \"info\"\n",
    ]

    private static let toml = [
        "[", "]", "[[", "]]", "=", "\"", "'''", "\"\"\"", "#", "\n", ".", "{", "}", ",", "true", "1e400", "nan", "inf",
        "-inf", "0x7fffffffffffffff",
        "9223372036854775808", "-1", "1979-05-27T07:32:00Z", "[pipelines.x]", "kind = ", "[worker]", "count = ",
        "\\u0000", "\\uD800", "_",
    ]

    private static let words = [
        "https://shop.example/done?id=1", "http://[2001:db8::1]:8080/a%20b", "http://10.0.0.1/",
        "2026-03-04T05:06:07.000008Z",
        "2026-03-04 05:06+02:00", "infinity", "2026-03-04T05:06:07.000008Z_6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "1767225600.000001",
    ]

    private static let crons = [
        "*/15 0-6,22,23 1-31/2 JAN-MAR MON-FRI", "30 2 29 2 */7", "0 0 13 * 5", "59 23 31 12 0,7", "@hourly", "@yearly",
        "0\t9  1,15 */3 FRI-SUN", "* * * * *",
    ]

    private static let cronPieces = [
        "*", "/", "-", ",", " ", "\t", "@", "0", "7", "8", "23", "24", "29", "30", "31", "59", "60", "00", "*/", "*/2",
        "/0",
        "JAN", "feb", "SUN", "sat", "L", "#", "?", "W", "9223372036854775808", "@daily", "@reboot", "30 2 ", " 2 *",
    ]

    private static let urls = [
        "http://", "https://", "/", "?", "#", "@", ":", "[", "]", ".", "..", "0x7f", "127.1", "65535", "65536", "0",
        "%41", "%", "{", "}", "|", "\\", "^",
        "`", " ", "ü", "-", "_", "24:00", "23:59:60", "-0330", "+15:59", "Z", "T", "9999-12-31", "0000-00-00",
        "Infinity", "-", "1e9",
    ]
}
