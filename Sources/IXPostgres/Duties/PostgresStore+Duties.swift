package import IXStore

extension PostgresStore {
    /// The check of the xmin horizon, the adoption of legacy callbacks, the admission to lines, and the release of waiting jobs.
    package var duties: [any StoreDuty] {
        [
            XminHorizonDuty(self, logger: logger), LegacyCallbackDuty(self, logger: logger), LineDuty(self),
            ReleaseDuty(self),
        ]
    }

    /// Returns the sessions, prepared transactions, replication slots and standbys that keep dead rows from being
    /// cleared at this moment, oldest first, at most 20. Short transactions are included.
    package func xminHorizonHolds() async throws(StoreError) -> [XminHorizonHold] {
        try await operate { try $0.xminHorizonHolds() }
    }

    /// Makes callbacks due (nothing → due) for jobs ended by legacy workers. Such a job ended after the migration and
    /// longer ago than `grace`, and no callback was reported for it. Returns the number of callbacks, up to `limit`.
    func adoptLegacyCallbacks(grace: Duration, limit: Int) async throws(StoreError) -> Int {
        try await operate { try $0.adoptLegacyCallbacks(grace: grace, limit: limit) }
    }
}
