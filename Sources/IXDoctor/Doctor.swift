/// Looks a daemon's surroundings over, from the configuration outwards.
public struct Doctor: Sendable {
    private let patient: Patient

    public init(_ patient: Patient) { self.patient = patient }

    private static let checks: [any Check] = [
        ConfigurationCheck(), SecretsCheck(), EncryptionCheck(), DatabaseCheck(), SchemaCheck(), TableCheck(),
        PrivilegesCheck(),
        ClockCheck(), PoolerCheck(), ListenerCheck(), VacuumCheck(), HorizonCheck(), StandbyCheck(), WorkersCheck(),
        FileCheck(), StateCheck(), WallsCheck(), PipelinesCheck(), JournalCheck(), ServiceCheck(),
    ]

    /// Every finding, told as it is made; `left` names what could not be looked at for lack of a database or a schema.
    public func examine(_ tell: (Finding) -> Void) async -> (findings: [Finding], left: Int) {
        var (all, left, reached) = ([Finding](), 0, Need.schema)
        for check in Self.checks {
            guard check.needs <= reached else {
                left += 1
                continue
            }
            let found = await check.findings(patient)
            found.forEach(tell)
            all += found
            if found.contains(where: { $0.grade == .fault }) { reached = min(reached, Self.what(isLeftAfter: check)) }
        }
        patient.close()
        return (all, left)
    }

    /// A database that can't be reached has no schema to look at.
    private static func what(isLeftAfter check: any Check) -> Need {
        switch check {
        case is DatabaseCheck: .nothing
        case is SchemaCheck: .database
        default: .schema
        }
    }
}
