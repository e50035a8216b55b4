import Glibc
import IXCore
import Testing

@testable import IXSchedules

/// Every zone of this machine, 2020 to 2040, against Python's zoneinfo and a plain algorithm (moments.py).
@Suite(.timeLimit(.minutes(5))) struct ZoneTableTests {
    @Test func `every zone of the machine has the moments that Python finds`() throws {
        var (zones, clocks, compared, zone) = (0, 0, 0, TimeZoneFile.utc)
        for line in try Self.lines() {
            let fields = line.split(separator: "\t").map(String.init)
            switch fields[0] {
            case "zones":
                let names = fields[1].split(separator: ",").map(String.init)
                zone = try TimeZoneFile.named(names[0])
                // Python says that all of these run alike.
                for name in names {
                    #expect(Self.segments(try TimeZoneFile.named(name)) == Self.segments(zone), "\(name)")
                }
                (zones, clocks) = (zones + names.count, clocks + 1)
            case "offsets":
                let numbers = fields.dropFirst().compactMap { UInt64($0) }.map { Int(truncatingIfNeeded: $0) }
                let offsets = stride(from: numbers[0], to: numbers[1], by: numbers[2]).map {
                    zone.segment(at: $0).offset
                }
                #expect(Self.mixed(offsets) == UInt64(fields[4]), "offsets of \(zone.name)")
            default:
                compared += try compare(fields, zone)
            }
        }
        #expect(
            zones > 400 && clocks > 60 && compared > 500_000, "\(zones) zones, \(clocks) clocks, \(compared) moments")
    }

    private func compare(_ fields: [String], _ zone: TimeZoneFile) throws -> Int {
        let (start, end) = (try #require(Int64(fields[2])), try #require(Int64(fields[3])))
        let rule = try ScheduleRule(.cron(CronExpression(fields[1]), zone))
        var (found, at) = ([Int](), Timestamp(microseconds: start * 1_000_000))
        while let next = rule.next(after: at), next.microseconds <= end * 1_000_000 {
            found.append(Int(next.microseconds / 1_000_000))
            at = next
        }
        #expect(
            "\(found.count) \(Self.mixed(found))" == "\(fields[4]) \(fields[5])",
            "moments.py --show \(zone.name) '\(fields[1])' \(start) \(end) says otherwise than \(found.prefix(200))")
        return found.count
    }

    private static func segments(_ zone: TimeZoneFile) -> [ZoneSegment] {
        var (segments, at): ([ZoneSegment], Int) = ([], 1_577_836_800)
        while at < 2_240_524_800 {
            let segment = zone.segment(at: at)
            // Only what is inside: before and behind, zones of one clock may differ, and some list changes of nothing.
            let inside = ZoneSegment(start: at, end: min(segment.end, 2_240_524_800), offset: segment.offset)
            if let last = segments.last, last.offset == inside.offset {
                segments[segments.count - 1] = ZoneSegment(start: last.start, end: inside.end, offset: last.offset)
            } else {
                segments.append(inside)
            }
            at = segment.end
        }
        return segments
    }

    private static func mixed(_ values: [Int]) -> UInt64 {
        values.reduce(0) { $0 &* 1_000_003 &+ UInt64(bitPattern: Int64($1)) }
    }

    private static func lines() throws -> [String] {
        let script = "\(#filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined())/moments.py"
        let pipe = try #require(popen("exec python3 -W ignore '\(script)'", "re"))
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while case let count = fread(&piece, 1, piece.count, pipe), count > 0 { bytes += piece.prefix(count) }
        #expect(pclose(pipe) == 0)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
