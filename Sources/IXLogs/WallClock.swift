import Glibc

/// `WallClock` returns the time for people: UTC with milliseconds.
enum WallClock {
    static func now() -> String {
        var spec = timespec()
        clock_gettime(CLOCK_REALTIME, &spec)
        var parts = tm()
        gmtime_r(&spec.tv_sec, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let seconds = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let millis = String(1000 + spec.tv_nsec / 1_000_000).dropFirst()
        return "\(seconds).\(millis)Z"
    }
}
