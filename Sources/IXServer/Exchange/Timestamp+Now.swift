import FoundationEssentials
import IXCore

extension Timestamp {
    /// The moment by this host's clock.
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
