/// Which workers' leases a sweep takes for ended.
public enum SweptLeases: Sendable, Equatable {
    /// Those that were declared gone, and those that have run out by the store's clock.
    case runOut
    /// Those that were declared gone, and those that had run out at this moment (seconds since 1970), which may not be ahead
    /// of the store's clock.
    case runOutBefore(Double)
    /// Those alone that were declared gone.
    case ended
}
