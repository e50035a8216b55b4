/// A time as stores write it: ISO 8601, UTC, microseconds.
package enum TimeText {
    private static let form = "0000-00-00T00:00:00.000000Z"

    /// Whether every store can read it: `2026-03-04T05:06:07.000008Z`, and a day that the calendar has.
    package static func isTime(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == form.utf8.count, zip(bytes, form.utf8).allSatisfy(fits) else { return false }
        let number = { (range: Range<Int>) in bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        return year > 0 && (1...12).contains(month) && (1...days(of: month, in: year)).contains(day)
            && number(11..<13) < 24 && number(14..<16) < 60 && number(17..<19) < 60
    }

    private static func fits(_ byte: UInt8, _ model: UInt8) -> Bool {
        model == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == model
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
