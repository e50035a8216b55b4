import IXCore
import IXTestSupport
import Testing

/// What `Timestamp` reads means the same to the server, whose session is in UTC.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct TimestampServerTests {
    @Test func `5,000 random timestamps mean the same to the server, or are refused`() async throws {
        var maker = TimestampMaker(seed: 1970)
        let texts = (0..<5_000).map { _ in maker.text() }
        let rows = try await Self.read(texts)
        try #require(rows.count == texts.count)
        let taken = texts.compactMap(Timestamp.init)
        #expect(taken.count > 2_500 && taken.count < 4_500)
        let different = zip(texts, rows).filter { text, row in
            guard let moment = Timestamp(text) else { return false }
            return row != [moment.text, String(moment.microseconds)]
        }
        #expect(different.map(\.0).prefix(5) == [])
        let refused = zip(texts, rows).filter { Timestamp($0) == nil && Self.isWithinOurYears($1[1]) }
        #expect(refused.map(\.0).prefix(5) == [])
    }

    /// The server read it, and as a moment that has a text.
    private static func isWithinOurYears(_ microseconds: String?) -> Bool {
        guard let microseconds = microseconds.flatMap({ Int64($0) }) else { return false }
        return Timestamp(microseconds: microseconds).microseconds == microseconds
    }

    /// As text and in microseconds since the epoch; nil for what the server refuses.
    private static func read(_ texts: [String]) async throws -> [[String?]] {
        try await TestDatabase.with(.empty) { db in
            try await db.sql("SET timezone = 'UTC'")
            try await db.sql(reader)
            return try await db.sql(
                """
                SELECT to_char(m at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), (extract(epoch FROM m) * 1000000)::bigint
                FROM unnest($1::text[]) WITH ORDINALITY AS t(d, n), LATERAL (SELECT moment(d) AS m) r ORDER BY n
                """, [texts.asArray])
        }
    }

    private static let reader = """
        CREATE FUNCTION moment(text text) RETURNS timestamptz LANGUAGE plpgsql AS $$
        BEGIN
            RETURN text::timestamptz;
        EXCEPTION WHEN OTHERS THEN
            RETURN NULL;
        END $$
        """
}

/// Timestamps by chance: of the right shape, but not always in the calendar or on the clock.
private struct TimestampMaker {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func text() -> String {
        let date = number(below(4) == 0 ? 10_000 : 2100, 4) + "-" + number(13, 2) + "-" + number(32, 2)
        return below(8) == 0
            ? date : pick([date, date, "0001-01-01", "9999-12-31"]) + pick(["T", "t", " "]) + clock() + zone()
    }

    private mutating func clock() -> String {
        let minutes = pick([number(25, 2), number(24, 2), "24", "23"]) + ":" + pick([number(61, 2), "00", "59"])
        guard below(5) > 0 else { return minutes }
        let fraction = "." + (0..<1 + below(9)).map { _ in pick(["0", "9", "5", "1", "2", "4"]) }.joined()
        return minutes + ":" + pick([number(62, 2), "59", "00", "60"])
            + pick(["", ".0", ".0000004", fraction, fraction, fraction])
    }

    private mutating func zone() -> String {
        let hours = pick(["+", "-"]) + pick([number(15, 2), number(17, 2), "00"])
        return pick(["", "", "Z", "z", hours, hours + number(61, 2), hours + ":" + number(61, 2), hours + ":30"])
    }

    private mutating func number(_ limit: Int, _ width: Int) -> String {
        let digits = String(below(limit))
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }

    private mutating func pick(_ all: [String]) -> String { all[below(all.count)] }

    private mutating func below(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
}
