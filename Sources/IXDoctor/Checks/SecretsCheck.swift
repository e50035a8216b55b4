internal import Glibc
internal import IXConfig
internal import IXCore

/// `SecretsCheck` checks that only the daemon's user and group can read files with secrets.
struct SecretsCheck: Check {
    let requires = Prerequisite.nothing

    func findings(_ context: DoctorContext) async -> [Finding] {
        let hidden = context.configuration.effective.filter { $0.value.contains("*****") }
        var found: [Finding] = []
        for path in Set(hidden.compactMap { Self.file($0.origin) }).sorted() where Self.isOpenToAll(path) {
            found.append(
                .warning(
                    "secrets", "\(path) holds \(Self.names(hidden, path)) and can be read by every user",
                    "chown root:ix-worker \(path) && chmod 640 \(path), or move the secret to a credential"))
        }
        for path in Self.serviceFiles(in: "/etc/ix-worker", "/etc/credstore") where Self.isOpenToAll(path) {
            found.append(
                .warning(
                    "secrets", "\(path) belongs to the service and can be read by every user",
                    "chown root:root \(path) && chmod 640 \(path)"))
        }
        let postgres = context.configuration.postgres
        for path in [postgres.passwordFile, postgres.passfile].compactMap({ $0 }) where Self.isOpenToAll(path) {
            found.append(.warning("secrets", "\(path) can be read by every user", "chmod 600 \(path)"))
        }
        if found.isEmpty { found = [.ok("secrets", "no file with secrets can be read by every user")] }
        return found
            + Self.freelySigned(context.configuration.callback).map { client in
                .warning(
                    "signatures", "callbacks signed as client \(client) may go to any URL that a producer names",
                    "set [callback] client_endpoints = [\"\(client)=https://…\"]")
            }
    }

    /// Returns the clients that have a secret but no configured endpoint.
    private static func freelySigned(_ callback: Configuration.Callback) -> [String] {
        callback.clientSecrets.keys.sorted().filter { client in
            !callback.clientEndpoints.contains { $0.hasPrefix(client + "=http") }
        }
    }

    /// Returns the paths of the files with variables and credentials of the service and its instances, regardless of
    /// their content.
    static func serviceFiles(in configuration: String, _ credentials: String) -> [String] {
        FolderNames.readable(configuration).sorted().filter { $0 == "environment" || $0.hasSuffix(".environment") }.map
        {
            "\(configuration)/\($0)"
        }
            + FolderNames.readable(credentials).sorted().filter { $0.hasPrefix("ix-worker.") }.map {
                "\(credentials)/\($0)"
            }
    }

    private static func file(_ origin: ConfigurationOrigin) -> String? {
        guard case .file(let path, _) = origin else { return nil }
        return path
    }

    private static func names(_ entries: [ConfigurationEntry], _ path: String) -> String {
        entries.filter { file($0.origin) == path }.map(\.key).joined(separator: ", ")
    }

    private static func isOpenToAll(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o004 != 0
    }
}
