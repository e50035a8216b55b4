/// `ClaimRate` counts the claims of a short time, so that no more is read ahead than is soon claimed.
struct ClaimRate {
    private let window: Duration
    private var begun = ContinuousClock.now
    private var claims = 0
    private var before = 0

    /// Counts claims within `window`.
    init(window: Duration) { self.window = window }

    mutating func count(_ now: ContinuousClock.Instant) {
        advance(now)
        claims += 1
    }

    /// The claims of the window before the current window, or of the current window if these are more.
    mutating func recent(_ now: ContinuousClock.Instant) -> Int {
        advance(now)
        return max(claims, before)
    }

    private mutating func advance(_ now: ContinuousClock.Instant) {
        let age = now - begun
        guard age >= window else { return }
        before = age >= window * 2 ? 0 : claims
        claims = 0
        begun = now
    }
}
