public import IXStore

extension SQLiteOperations {
    /// SQLite's readers keep the log from being cut back, and nobody from claiming.
    public func horizonHolds() throws(StoreError) -> [HorizonHold] { [] }
}
