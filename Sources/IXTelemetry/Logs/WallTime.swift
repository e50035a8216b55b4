import Glibc

/// A moment of the wall clock, for people.
struct WallTime: Sendable {
    private let seconds: Int
    private let fraction: Int

    /// Nanoseconds since 1970.
    var nanoseconds: Int64 { Int64(seconds) * 1_000_000_000 + Int64(fraction) }

    static func now() -> WallTime {
        var spec = timespec()
        clock_gettime(CLOCK_REALTIME, &spec)
        return WallTime(seconds: spec.tv_sec, fraction: spec.tv_nsec)
    }

    /// UTC with milliseconds.
    var text: String {
        var (time, parts) = (seconds, tm())
        gmtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let date = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let millis = String(1000 + fraction / 1_000_000).dropFirst()
        return "\(date).\(millis)Z"
    }
}
