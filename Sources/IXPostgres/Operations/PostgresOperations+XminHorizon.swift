import IXStore

extension PostgresOperations {
    /// Returns at most 20 holders of old snapshots, oldest first. Reads no table. A role without the right to see every
    /// session gets no seconds.
    func xminHorizonHolds() throws(StoreError) -> [XminHorizonHold] {
        try run(.readXminHorizon, []).map { row in
            XminHorizonHold(
                id: row.string("id"), holder: row.string("holder"), transactions: row.int("age"),
                seconds: row.seconds("seconds"))
        }
    }
}
