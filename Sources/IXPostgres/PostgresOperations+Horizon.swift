public import IXStore

extension PostgresOperations {
    public func horizonHolds() throws(StoreError) -> [HorizonHold] {
        try run(.readHorizon, []).map { row in
            HorizonHold(
                id: row.required("id"), holder: row.required("holder"), transactions: row.int("age"),
                seconds: row.double("seconds"))
        }
    }
}
