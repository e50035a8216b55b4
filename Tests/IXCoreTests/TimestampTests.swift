import IXCore
import Testing

/// Moments as text, both ways; that the server reads them alike is tested where there is one.
@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (1_772_600_767_000_008, "2026-03-04T05:06:07.000008Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func `the text has four digits of year and six of fraction, in UTC`(_ row: (microseconds: Int64, text: String)) {
        #expect(Timestamp(microseconds: row.microseconds).text == row.text)
        #expect(Timestamp(row.text)?.microseconds == row.microseconds)
    }

    /// The calendar repeats itself every 400 years.
    @Test(arguments: [("1600-01-01", "2000-01-01", 1), ("0001-01-01", "9999-12-31", 97)])
    func `every day comes back from its text, and their texts sort as they do`(
        _ row: (from: String, to: String, step: Int)
    )
        throws
    {
        let (from, to) = (try #require(Timestamp(row.from)), try #require(Timestamp(row.to)))
        let days = stride(from: from.microseconds, through: to.microseconds, by: row.step * 86_400_000_000)
        let moments = days.map(Timestamp.init(microseconds:))
        #expect(moments.filter { Timestamp($0.text) != $0 } == [])
        #expect(moments.map(\.text) == moments.map(\.text).sorted())
    }

    @Test(arguments: [
        "2026-03-04T05:06:07Z", "2026-03-04t05:06:07z", "2026-03-04 05:06:07", "2026-03-04T05:06:07.0Z",
        "2026-03-04T05:06:07.000000499", "2026-03-04T07:06:07+02", "2026-03-04T07:06:07+0200",
        "2026-03-04T07:06:07+02:00",
        "2026-03-03T23:36:07-05:30", "2026-03-04 05:06:07-00:00",
    ])
    func `one moment has many spellings`(_ text: String) {
        #expect(Timestamp(text)?.text == "2026-03-04T05:06:07.000000Z")
    }

    @Test(arguments: [
        ("2026-03-04", "2026-03-04T00:00:00.000000Z"), ("2026-03-04T05:06", "2026-03-04T05:06:00.000000Z"),
        ("2026-03-04T05:06+01", "2026-03-04T04:06:00.000000Z"), ("2026-12-31T24:00Z", "2027-01-01T00:00:00.000000Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000000Z"),
        ("2026-12-31T23:59:59.9999999", "2027-01-01T00:00:00.000000Z"),
        ("2026-03-04T05:06:60.5", "2026-03-04T05:07:00.500000Z"),
        ("2026-03-04T05:06:07.1234565", "2026-03-04T05:06:07.123456Z"),
        ("2026-03-04T05:06:07.1234575", "2026-03-04T05:06:07.123458Z"), ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
    ])
    func `parts may be missing, the fraction is rounded and midnight has three names`(
        _ row: (text: String, moment: String)
    ) {
        #expect(Timestamp(row.text)?.text == row.moment)
    }

    @Test(arguments: [
        "", "now", "infinity", "2026", "2026-03", "26-03-04", "12026-03-04", "20260304", "2026/03/04", "2026-3-4",
        "0000-01-01", "2026-00-01", "2026-13-01", "2026-01-00", "2026-04-31", "2025-02-29", "1800-02-29", "1900-02-29",
        "2024-02-30",
        "2026-03-04T", "2026-03-04T05", "2026-03-04T05:6", "2026-03-04T25:00", "2026-03-04T24:01",
        "2026-03-04T24:00:01",
        "2026-03-04T24:00:00.1", "2026-03-04T05:60", "2026-03-04T05:06:61", "2026-03-04T23:59:60.5",
        "2026-03-04T05:06.5",
        "2026-03-04T05:06:07.", "2026-03-04T05:06:07.1234567890", "2026-03-04T05:06:07,5", "2026-03-04T05:06:07 Z",
        "2026-03-04Z", "2026-03-04+02", "2026-03-04T05:06+2", "2026-03-04T05:06+02:", "2026-03-04T05:06+02:60",
        "2026-03-04T05:06+16", "2026-03-04T05:06+020", "2026-03-04T05:06+02:00:00", "2026-03-04T05:06ZZ",
        "2026-03-04T05:06 UTC", " 2026-03-04", "2026-03-04 ", "2026-03-04  05:06", "2026-03-04T05:06:07\0",
        "０026-03-04", "0001-01-01T00:00+01", "9999-12-31T23:59-01", "9999-12-31T24:00", "9999-12-31T23:59:59.9999999",
    ])
    func `what names no moment is refused`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `durations move a moment, and less than a microsecond doesn't`() {
        let moment = Timestamp(microseconds: 10)
        #expect(moment + .microseconds(5) == Timestamp(microseconds: 15))
        #expect(moment - .seconds(1) == Timestamp(microseconds: -999_990))
        #expect(moment + .nanoseconds(1_999) == Timestamp(microseconds: 11))
        #expect(moment + .nanoseconds(-1_999) == Timestamp(microseconds: 9))
        #expect(Timestamp(microseconds: 15) - moment == .microseconds(5) && moment - Timestamp.latest < .zero)
        #expect(Timestamp.earliest < moment && moment < Timestamp.latest)
    }

    @Test func `time ends at the last moment of the year 9999 and the first of year 1`() {
        let moment = Timestamp(microseconds: 0)
        for long in [Duration.seconds(Int64.max), .seconds(1_000_000_000_000), .microseconds(Int64.max)] {
            #expect(moment + long == .latest && moment - long == .earliest)
            #expect(Timestamp.latest + long == .latest && Timestamp.earliest - long == .earliest)
        }
        for long in [Duration.seconds(Int64.min), .microseconds(Int64.min)] {
            #expect(moment + long == .earliest && moment - long == .latest)
            #expect(Timestamp.earliest + long == .earliest && Timestamp.latest - long == .latest)
        }
        #expect(Timestamp(microseconds: .max) == .latest && Timestamp(microseconds: .min) == .earliest)
    }
}
