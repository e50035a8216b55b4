/// `QueueView` is what a store's connections know together of the queue: where scans start, which claims are held, and
/// which jobs are read ahead.
struct QueueView: Sendable {
    let mark = ClaimMark()
    let declarations: Declarations
    /// Nil inside a caller's transaction, where a list would be used before it is committed.
    let candidates: Candidates?

    init(readsAhead: Bool) {
        declarations = Declarations()
        candidates = readsAhead ? Candidates(declarations) : nil
    }

    /// Makes the next claims look from the queue's start, because rows may now stand before the mark.
    func distrust() {
        mark.distrust()
        candidates?.distrust()
    }
}
