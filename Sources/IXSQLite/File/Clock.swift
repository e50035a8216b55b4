import Glibc
import IXCore

extension Timestamp {
    /// The time by this host's clock, which is the file's clock, because every process that opens the file runs on this
    /// host.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
