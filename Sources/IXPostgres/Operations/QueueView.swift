/// `QueueView` is what a store's connections know together of the queue: where scans start, which claims are held, which
/// jobs are read ahead, and what stands in lines.
struct QueueView: Sendable {
    let mark = ClaimMark()
    let declarations: Declarations
    let lines = LineView()
    let turns = TurnList()
    let signs: WorkSigns
    /// Nil inside a caller's transaction, where a list would be used before it is committed, and behind a pooler.
    let candidates: Candidates?

    /// False inside a caller's transaction, which would keep the other daemons' admissions waiting.
    let admits: Bool

    init(readsAhead: Bool, admits: Bool = true, signs: WorkSigns = WorkSigns()) {
        self.signs = signs
        self.admits = admits
        declarations = Declarations()
        candidates = readsAhead ? Candidates(declarations) : nil
    }

    /// Makes the next claims look from the queue's start, because rows may now stand before the mark.
    func distrust() {
        mark.distrust()
        candidates?.distrust()
    }
}
