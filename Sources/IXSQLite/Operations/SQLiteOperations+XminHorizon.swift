public import IXStore

extension SQLiteOperations {
    /// Returns none, because SQLite's readers only keep the log from being cut back, and slow no claim.
    public func xminHorizonHolds() throws(StoreError) -> [XminHorizonHold] { [] }
}
