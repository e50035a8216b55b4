internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `StandbyCheck` checks that no commit waits for a missing synchronous standby.
struct StandbyCheck: Check {
    let requires = Prerequisite.database

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            guard let row = try await probe.ask(.standby).first else { return [] }
            return Self.findings(row)
        } catch {
            return [.refused("standby", error, "the server's statistics must be readable")]
        }
    }

    static func findings(_ row: [String: String]) -> [Finding] {
        let (names, waiting) = (row["names"] ?? "", Int(row["waiting"] ?? "") ?? 0)
        if waiting > 0 {
            return [
                .warning(
                    "standby",
                    "\(waiting) commits wait for a synchronous standby that is not there (synchronous_standby_names = '\(names)')",
                    "start the standby, or remove it from the list and reload the server")
            ]
        }
        return names.isEmpty ? [] : [.ok("standby", "no commit waits for '\(names)'")]
    }
}
