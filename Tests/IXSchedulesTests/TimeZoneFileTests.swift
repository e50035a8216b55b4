import Glibc
import IXCore
import Testing

@testable import IXSchedules

/// Zone files: found, refused, damaged.
@Suite struct TimeZoneFileTests {
    @Test(arguments: [
        ("", "is empty"), (String(repeating: "a", count: 101), "over 100 bytes"),
        ("../../etc/passwd", "../../etc/passwd must be a name such as Europe/Berlin or UTC"),
        ("Europe/../Europe/Berlin", "Europe/../Europe/Berlin must be a name such as Europe/Berlin or UTC"),
        ("/usr/share/zoneinfo/UTC", "/usr/share/zoneinfo/UTC must be a name such as Europe/Berlin or UTC"),
        ("Europe//Berlin", "Europe//Berlin must be a name such as Europe/Berlin or UTC"),
        ("Europe/", "Europe/ must be a name such as Europe/Berlin or UTC"),
        ("zone.tab", "zone.tab must be a name such as Europe/Berlin or UTC"),
        ("Europe/Berlin\u{0}", "Europe/Berlin\\u0000 must be a name such as Europe/Berlin or UTC"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3 must be a name such as Europe/Berlin or UTC"),
        ("localtime", "localtime is another zone on each host"),
        ("right/Europe/Berlin", "right/Europe/Berlin counts leap seconds; must be Europe/Berlin"),
        ("Europe", "Europe is unknown in /usr/share/zoneinfo"),
        ("Mars/Olympus_Mons", "Mars/Olympus_Mons is unknown in /usr/share/zoneinfo"),
        ("europe/berlin", "europe/berlin is unknown in /usr/share/zoneinfo; did you mean Europe/Berlin?"),
        ("America/New_Yrok", "America/New_Yrok is unknown in /usr/share/zoneinfo; did you mean America/New_York?"),
        ("Utc", "Utc is unknown in /usr/share/zoneinfo; did you mean UTC?"),
    ])
    func `a name that is no zone's is refused`(_ row: (name: String, reason: String)) {
        let error = #expect(throws: InvalidInput.self) { try TimeZoneFile.named(row.name) }
        #expect(error == InvalidInput("time_zone", row.reason))
    }

    @Test func `UTC needs no file, and without the folder the error says what to install`() throws {
        #expect(try TimeZoneFile.named("UTC", folder: "/nonexistent").segment(at: 0).offset == 0)
        let error = #expect(throws: TimeZoneUnavailable.self) {
            try TimeZoneFile.named("Europe/Berlin", folder: "/nonexistent")
        }
        #expect(error?.description == "the folder /nonexistent is missing; install the package tzdata")
    }

    @Test func `a file that is no zone, a pipe or too large is refused, and a damaged one said to be so`() throws {
        try ZoneFolder.with { folder in
            let berlin = try ZoneFolder.bytes("Europe/Berlin")
            try folder.write("Text", Array("no zone".utf8))
            try folder.write("Empty", [])
            try folder.write("Half", Array(berlin.prefix(berlin.count / 2)))
            try folder.write("Large", berlin + [UInt8](repeating: 0, count: 1 << 16))
            #expect(mkfifo("\(folder.path)/Pipe", 0o600) == 0)
            func refusal(_ name: String) -> String {
                do { return try TimeZoneFile.named(name, folder: folder.path).name } catch { return "\(error)" }
            }
            for name in ["Text", "Empty", "Pipe"] {
                #expect(refusal(name) == "time_zone: \(name) is unknown in \(folder.path)")
            }
            #expect(refusal("Half") == "\(folder.path)/Half can't be used: the file is cut off")
            #expect(refusal("Large") == "\(folder.path)/Large can't be used: the file has over 65536 bytes")
        }
    }

    @Test func `a file that is cut off anywhere is refused`() throws {
        let bytes = try ZoneFolder.bytes("Europe/Berlin")
        for length in 0..<bytes.count {
            #expect(throws: TZifReader.Malformed.self, "\(length)") {
                try TZifReader.contents(Array(bytes.prefix(length)))
            }
        }
        #expect(throws: Never.self) { try TZifReader.contents(bytes) }
    }

    @Test func `version 1 knows the changes until 2037`() throws {
        var bytes = try ZoneFolder.bytes("America/New_York")
        bytes[4] = 0
        let zone = TimeZoneFile(name: "Old", try TZifReader.contents(bytes))
        let rule = try ScheduleRule(.cron(CronExpression("30 2 * * *"), zone))
        // The first block of Debian's files lists what the second does.
        #expect(try Moments.next(rule, after: "2026-03-07T12:00Z", count: 1) == ["2026-03-08T07:00:00Z"])
        #expect(try Moments.next(rule, after: "2038-06-01T12:00Z", count: 1) == ["2038-06-02T07:30:00Z"])
    }

    @Test(arguments: [("leap seconds", 31), ("kinds", 39)]) func `hostile counts are refused`(
        _ row: (name: String, at: Int)
    ) throws {
        var bytes = try ZoneFolder.bytes("Europe/Berlin")
        for value in [0xFF, 0x7F] as [UInt8] {
            bytes[row.at] = value
            bytes[row.at - 3] = value
            #expect(throws: TZifReader.Malformed.self) { try TZifReader.contents(bytes) }
        }
    }

    /// Mutated bytes either are refused or make a zone whose moments go forward.
    @Test(arguments: ["Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"])
    func `no bytes trap, stop or turn back a search`(_ name: String) throws {
        let original = try ZoneFolder.bytes(name)
        var (random, read) = (Numbers(), 0)
        for _ in 0..<1_500 {
            var bytes = original
            for _ in 0..<(1 + random.below(3)) {
                // Half of them in the last 40 bytes, where the rule stands.
                let at =
                    random.below(2) == 0
                    ? bytes.count - 1 - random.below(min(40, bytes.count)) : random.below(bytes.count)
                bytes[at] = random.below(2) == 0 ? UInt8(random.below(256)) : bytes[random.below(bytes.count)]
            }
            guard let contents = try? TZifReader.contents(bytes) else { continue }  // ignored: refused is right
            read += 1
            let zone = TimeZoneFile(name: name, contents)
            for text in ["30 2 * * *", "0 * * * *", "0 * 29 2 */7"] {
                let rule = try ScheduleRule(.cron(CronExpression(text), zone))
                for at in try ["1950-03-01", "2026-10-24", "2300-01-01"].map(Moments.at) {
                    let next = rule.next(after: at)
                    #expect(next.map { $0 > at } ?? true, "\(bytes)")
                }
            }
        }
        #expect(read > 100)
    }

    @Test func `changes each second cost no minutes`() throws {
        var contents = TZifReader.Contents()
        contents.starts = (0..<7_000).map { 1_764_000_000 + $0 }
        contents.offsets = (0..<7_000).map { $0 % 2 == 0 ? ZoneSegment.largestOffset : -ZoneSegment.largestOffset }
        let zone = TimeZoneFile(name: "Storm", contents)
        for text in ["30 2 * * *", "0 * * * *"] {
            let rule = try ScheduleRule(.cron(CronExpression(text), zone))
            let start = Timestamp(microseconds: 1_763_990_000_000_000)
            #expect(rule.newestMissed(after: start, upTo: start + .seconds(400_000)) != nil)
        }
    }
}

/// Numbers that are the same in every run (Knuth's multiplier).
private struct Numbers {
    private var state: UInt64 = 20_261_130

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
