public import IXStore

extension PostgresOperations {
    public func horizonHolds() throws(StoreError) -> [HorizonHold] {
        try run(.readHorizon, []).map { row in
            HorizonHold(
                id: row.string("id"), holder: row.string("holder"), transactions: row.int("age"),
                seconds: row.seconds("seconds"))
        }
    }
}
