/// Somebody who keeps dead rows from being cleared, so that claims step over more and more of them.
public struct HorizonHold: Sendable, Equatable {
    /// The same as long as it is the same hold.
    public let id: String
    /// Who, for people: `transaction pid 4711, psql of bob, idle in transaction`.
    public let holder: String
    /// Transactions that began since.
    public let transactions: Int
    /// Since when, by the store's clock; nil where the store doesn't tell us.
    public let seconds: Double?

    public init(id: String, holder: String, transactions: Int, seconds: Double?) {
        self.id = id
        self.holder = holder
        self.transactions = transactions
        self.seconds = seconds
    }
}
