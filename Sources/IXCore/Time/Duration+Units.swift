/// Durations as numbers and as text. Whole units are cut, never rounded; a duration beyond the range of `Int64` becomes
/// the largest or the smallest number.
extension Duration {
    /// The duration in seconds, to about 16 digits.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The whole milliseconds.
    package var wholeMilliseconds: Int64 { whole(unitsPerSecond: 1_000) }

    /// The whole microseconds.
    package var wholeMicroseconds: Int64 { whole(unitsPerSecond: 1_000_000) }

    /// The whole nanoseconds.
    package var wholeNanoseconds: Int64 { whole(unitsPerSecond: 1_000_000_000) }

    /// The duration in decimal seconds with three digits, for log lines, for example `1.042`.
    package var secondsText: String {
        let (seconds, attoseconds) = components
        return "\(seconds).\(String(1000 + attoseconds / 1_000_000_000_000_000).dropFirst())"
    }

    /// Creates a duration from seconds, rounded to microseconds. Requires: the caller has checked the range.
    package init(decimalSeconds seconds: Double) {
        self = .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// The seconds as a decimal number without trailing zeros, to the microsecond.
    package var decimalSeconds: String {
        let (seconds, attoseconds) = components
        var fraction = String(attoseconds / 1_000_000_000_000 + 1_000_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(seconds)" : "\(seconds).\(fraction)"
    }

    private func whole(unitsPerSecond: Int64) -> Int64 {
        // `components` would divide and multiply in 128 bits first, and each job's times come through here.
        Int64(clamping: attoseconds / Int128(1_000_000_000_000_000_000 / unitsPerSecond))
    }
}
