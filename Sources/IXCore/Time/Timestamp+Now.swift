import Glibc

extension Timestamp {
    /// The moment by this host's clock, which may be set. Every process that opens an embedded file runs on this host, so the
    /// moment is the file's, too.
    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
