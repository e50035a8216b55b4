/// The daemons whose leases a sweep counts as ended. A daemon declared gone always counts.
public enum SweptLeases: Sendable, Equatable {
    /// Also daemons whose lease has run out by the store's clock.
    case runOut
    /// Also daemons whose lease had run out at this moment, in seconds since 1970.
    /// Requires: a moment not ahead of the store's clock.
    case runOutBefore(Double)
    /// Only daemons declared gone.
    case ended
}
