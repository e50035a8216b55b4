import IXConfig
import IXPipelines

extension Walls {
    /// Creates walls which hide the daemon's files from programs: credentials, configuration, and the state directory
    /// with the embedded file. Control groups are read-only, because a program could otherwise move itself or the
    /// daemon to another group.
    convenience init(_ configuration: Configuration, _ environment: [String: String], groups: ControlGroups? = nil) {
        let postgres = configuration.postgres
        let secrets = [postgres.passwordFile, postgres.passfile].compactMap { $0 }
        let places =
            ["/etc/ix-worker", configuration.worker.stateDirectory] + configuration.files
            + Self.credentials(environment) + secrets
        self.init(
            hiding: places, starts: configuration.store == .sqlite ? [configuration.sqlite.path] : [],
            readOnly: groups.map { [$0.mount] } ?? [], home: environment["HOME"])
    }

    /// The parent `/run/credentials` is hidden, because credentials of the user's other instances lie beside the
    /// daemon's own.
    private static func credentials(_ environment: [String: String]) -> [String] {
        guard let own = environment["CREDENTIALS_DIRECTORY"], !own.isEmpty else { return [] }
        return [own.hasPrefix("/run/credentials/") ? "/run/credentials" : own]
    }
}
