internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `SchemaCheck` checks that this program can use the database's schema.
struct SchemaCheck: Check {
    let requires = Prerequisite.database

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard context.probe != nil else { return [] }
        let parameters = context.configuration.connectionParameters("ix-worker doctor")
        let migrator = PostgresMigrator(parameters, callTimeout: parameters.callTimeout)
        do throws(StoreError) {
            try await migrator.check()
            await migrator.close()
            return [.ok("schema", "version \(PostgresMigrator.newestVersion)")]
        } catch {
            await migrator.close()
            let advice =
                error.code == .permission
                ? "grant this role what `ix-worker migrate --roles` gives ix_worker"
                : "run `ix-worker migrate` as the schema's owner; check that search_path names the schema of ix_jobs"
            return [.refused("schema", error, advice)]
        }
    }
}
