internal import IXCommand
internal import IXConfig
internal import IXPostgres

/// `EncryptionCheck` checks that the connection to the database is encrypted, stays on this host, or is unencrypted by
/// an explicit setting.
struct EncryptionCheck: Check {
    let requires = Prerequisite.nothing

    func findings(_ context: DoctorContext) async -> [Finding] {
        let configuration = context.configuration
        guard configuration.store == .postgres else { return [] }
        let addresses =
            [configuration.postgres.url]
            + [configuration.postgres.listenURL, configuration.postgres.readURL].compactMap { $0 }
        let open = Set(addresses).map { configuration.connectionParameters("ix-worker doctor", url: $0.text) }
            .filter(\.isOpenToTheNetwork)
        return open.map { parameters in
            .warning(
                "encryption",
                "\(parameters.location): the address has no sslmode, so passwords and jobs may be sent unencrypted",
                "set sslmode=verify-full and sslrootcert=…, or at least sslmode=require (sslmode=disable if intended)"
            )
        }
    }
}
