import FoundationEssentials

extension Timestamp {
    /// The moment by this host's clock, which may be set. Every process that opens an embedded file runs on this host, so the
    /// moment is the file's, too.
    package static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
