/// Looks now and then whether a caller may still read an answer that takes long.
struct AccessWatch: Sendable {
    private static let pause: Duration = .seconds(2)

    private let book: TokenBook
    private let credential: Credential
    private var next = ContinuousClock.now + pause

    init(_ book: TokenBook, _ credential: Credential) { (self.book, self.credential) = (book, credential) }

    /// Returns true once the token or session has ended; looks every 2 s at most. False while that can't be known,
    /// because an open answer tells nothing of a store that is away.
    mutating func hasEnded() async -> Bool {
        let now = ContinuousClock.now
        guard now >= next else { return false }
        next = now + Self.pause
        if let holds = book.recent(credential) { return !holds }
        // One reading for all that wait. A task keeps the memory of its deepest call, and there may be 10,000 streams:
        // their tasks don't read by themselves.
        await book.refresh(credential).value
        return !(book.recent(credential) ?? true)
    }

    /// Throws `unauthenticated` once the token or session has ended, so that the answer breaks off without its end.
    mutating func check() async throws(Problem) {
        if await hasEnded() { throw .unauthenticated("The token has been revoked.") }
    }
}
