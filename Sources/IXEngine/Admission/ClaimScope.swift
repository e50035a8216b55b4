/// `ClaimScope` holds the use cases that this daemon serves, and decides if claims must name the use cases.
///
/// A claim without names costs less. So claims name the use cases only while jobs of other use cases may exist;
/// `ForeignWorkDuty` decides when.
struct ClaimScope {
    /// The use cases with a pipeline in this daemon, in order; nil means every use case.
    private(set) var names: [String]?
    private var isNarrow = false
    /// Claimed jobs without a pipeline in this daemon that are not yet handed back.
    private var inHand = 0
    /// The number of such jobs handed back so far.
    private(set) var handedBack = 0

    /// The use cases that a claim must name; nil while a claim may bring any job.
    var claimed: [String]? { isNarrow ? names : nil }

    /// Sets the use cases. Claims name the use cases until `decide` has been called.
    mutating func apply(_ names: [String]?) {
        self.names = names
        isNarrow = names != nil
    }

    /// Notes a claimed job without a pipeline in this daemon: later claims name the use cases.
    mutating func foreignCame() {
        inHand += 1
        isNarrow = names != nil
    }

    /// Notes that such a job is pending again, so that the next round of `ForeignWorkDuty` sees the job.
    mutating func foreignWent() {
        inHand -= 1
        handedBack += 1
    }

    /// Decides after a round of `ForeignWorkDuty` if claims name the use cases: they do when the round found a job
    /// without a pipeline here (`isNeeded`). `count` is `handedBack` from before the round. Returns true when claims
    /// may bring more jobs than before.
    ///
    /// The round's query can't see a job still held by a worker of this daemon, nor a job handed back during the query.
    /// Claims name the use cases in both cases.
    mutating func decide(_ isNeeded: Bool, since count: Int) -> Bool {
        let was = isNarrow
        isNarrow = names != nil && (isNeeded || inHand > 0 || handedBack != count)
        return was && !isNarrow
    }
}
