/// `Doctor` examines a daemon's surroundings, from the configuration outwards.
package struct Doctor: Sendable {
    private let context: DoctorContext

    /// Creates a doctor for a single examination.
    package init(_ context: DoctorContext) { self.context = context }

    private static let checks: [any Check] = [
        ConfigurationCheck(), SecretsCheck(), EncryptionCheck(), DatabaseCheck(), SchemaCheck(), TableCheck(),
        PrivilegesCheck(),
        SizesCheck(), StatisticsCheck(), SlotsCheck(), FailoverCheck(), TimesCheck(), VersionsCheck(),
        ClockCheck(), PoolerCheck(), ListenerCheck(), VacuumCheck(), XminHorizonCheck(), LocksCheck(), StandbyCheck(),
        ReadsCheck(), DaemonsCheck(), QueuesCheck(), SchedulesCheck(),
        FileCheck(), StateCheck(), WallsCheck(), PipelinesCheck(), JournalCheck(), ServiceCheck(),
    ]

    /// Runs all checks in order and passes each finding to `tell` at once. Returns all findings.
    ///
    /// `left` is the number of checks skipped because the database or the schema was missing. Requires: at most a
    /// single call, because the examination closes the context's connection.
    package func examine(_ tell: (Finding) -> Void) async -> (findings: [Finding], left: Int) {
        var (all, left, reached) = ([Finding](), 0, Prerequisite.schema)
        for check in Self.checks {
            guard check.requires <= reached else {
                left += 1
                continue
            }
            let found = await check.findings(context)
            found.forEach(tell)
            all += found
            if found.contains(where: { $0.severity == .fault }) {
                reached = min(reached, Self.what(isLeftAfter: check))
            }
        }
        context.close()
        return (all, left)
    }

    /// Returns the highest prerequisite still met after a check failed. An unreachable database has no schema to check.
    private static func what(isLeftAfter check: any Check) -> Prerequisite {
        switch check {
        case is DatabaseCheck: .nothing
        case is SchemaCheck: .database
        default: .schema
        }
    }
}
