/// A session, prepared transaction, replication slot or standby that keeps dead rows from being cleared. Claims then
/// step over ever more dead rows.
public struct XminHorizonHold: Sendable, Equatable {
    /// An id that stays equal for as long as the hold lasts.
    public let id: String
    /// The holder, for people: `transaction pid 4711, psql of bob, idle in transaction`.
    public let holder: String
    /// Number of transactions begun since the hold began.
    public let transactions: Int
    /// Duration of the hold by the store's clock, in seconds; nil where the store doesn't report it.
    public let seconds: Double?

    /// Creates the value from a row of the server's statistics.
    public init(id: String, holder: String, transactions: Int, seconds: Double?) {
        self.id = id
        self.holder = holder
        self.transactions = transactions
        self.seconds = seconds
    }
}
