internal import IXCommand
internal import IXPostgres
internal import IXStore

/// The role may do what a daemon does.
struct PrivilegesCheck: Check {
    let needs = Need.schema

    func findings(_ patient: Patient) async -> [Finding] {
        guard let probe = patient.probe else { return [] }
        do throws(StoreError) {
            let missing = try await probe.ask(.privileges).compactMap { $0["missing"] }
            guard !missing.isEmpty else { return [.ok("privileges", "the role may do what a daemon does")] }
            return [
                .fault(
                    "privileges", "the role lacks \(missing.joined(separator: ", "))",
                    "make it a member of ix_worker (`ix-worker migrate --roles`)", .permission)
            ]
        } catch {
            return [.refused("privileges", error, "the catalogue of the database must be readable")]
        }
    }
}
