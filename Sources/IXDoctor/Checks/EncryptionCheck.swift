internal import IXCommand
internal import IXConfig
internal import IXPostgres

/// The connection to the database is encrypted, or stays on this host, or it was said that it need not be.
struct EncryptionCheck: Check {
    let needs = Need.nothing

    func findings(_ patient: Patient) async -> [Finding] {
        let configuration = patient.configuration
        guard configuration.store == .postgres else { return [] }
        let addresses = [configuration.postgres.url] + [configuration.postgres.listenURL].compactMap { $0 }
        let open = Set(addresses).map { configuration.connectionParameters("ix-worker doctor", url: $0.text) }
            .filter(\.isOpenToTheNetwork)
        return open.map { parameters in
            .warning(
                "encryption",
                "\(parameters.place): its address has no sslmode, so passwords and jobs may go unencrypted",
                "sslmode=verify-full and sslrootcert=…, or at least sslmode=require; sslmode=disable if that is meant")
        }
    }
}
