public import IXStore

extension PostgresOperations {
    /// Returns at most 20 holders of old snapshots, oldest first. Reads no table. A role without the right to see every
    /// session gets no seconds.
    public func horizonHolds() throws(StoreError) -> [HorizonHold] {
        try run(.readHorizon, []).map { row in
            HorizonHold(
                id: row.string("id"), holder: row.string("holder"), transactions: row.int("age"),
                seconds: row.seconds("seconds"))
        }
    }
}
