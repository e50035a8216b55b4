internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `PrivilegesCheck` checks that the role has all rights of a daemon.
struct PrivilegesCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let rows = try await probe.ask(.privileges)
            let missing = rows.compactMap { $0["missing"] }
            let hidden = rows.compactMap { $0["hidden"] }
            guard !missing.isEmpty || !hidden.isEmpty else {
                return [.ok("privileges", "the role may do what a daemon does")]
            }
            return lacking(missing) + hiding(hidden)
        } catch {
            return [.refused("privileges", error, "the catalogue of the database must be readable")]
        }
    }

    private func lacking(_ rights: [String]) -> [Finding] {
        guard !rights.isEmpty else { return [] }
        return [
            .fault(
                "privileges", "the role lacks \(rights.joined(separator: ", "))",
                "make it a member of ix_worker (`ix-worker migrate --roles`)", .permission)
        ]
    }

    /// Returns a warning when row security may hide rows. Hidden rows cause no error: a daemon would find an empty
    /// queue.
    private func hiding(_ tables: [String]) -> [Finding] {
        guard !tables.isEmpty else { return [] }
        return [
            .warning(
                "privileges", "row security may hide rows of \(tables.joined(separator: ", ")) from the role",
                "give the role BYPASSRLS, or a policy that shows the daemon's role every row")
        ]
    }
}
