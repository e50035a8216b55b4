import Glibc
import IXConfig
import IXPipelines
import IXPrograms

extension Walls {
    /// Creates walls which hide the daemon's files from programs: credentials, configuration, and the state directory
    /// with the embedded file. Control groups are read-only, because a program could otherwise move itself or the
    /// daemon to another group.
    convenience init(_ configuration: Configuration, _ environment: [String: String], groups: ControlGroups? = nil) {
        let postgres = configuration.postgres
        let secrets = [postgres.passwordFile, postgres.passfile].compactMap { $0 }
        let paths =
            ["/etc/ix-worker", configuration.worker.stateDirectory] + configuration.files + Self.folder(configuration)
            + Self.credentials(environment) + secrets
        self.init(
            hiding: paths, starts: configuration.store == .sqlite ? [configuration.sqlite.path] : [],
            readOnly: groups.map { [$0.mount] } ?? [], home: environment["HOME"])
    }

    /// The whole folder is hidden, so that a file added later is hidden too.
    private static func folder(_ configuration: Configuration) -> [String] {
        access(configuration.folder, F_OK) == 0 ? [configuration.folder] : []
    }

    /// The parent folder is hidden, because credentials of another instance of the user lie in the folder too.
    private static func credentials(_ environment: [String: String]) -> [String] {
        guard let own = environment["CREDENTIALS_DIRECTORY"], !own.isEmpty else { return [] }
        return [own.hasPrefix("/run/credentials/") ? "/run/credentials" : own]
    }
}
