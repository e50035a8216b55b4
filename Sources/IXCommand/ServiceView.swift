import Glibc
import IXConfig
import Synchronization

/// `ServiceView` holds the surroundings of the installed service for a command that root runs: variables, credentials
/// and user. An administrator's shell has no such surroundings. A command that looks elsewhere than the service would
/// report on, and change, the wrong store.
///
/// A command takes the view when four conditions hold: the command runs as root, the program lies where the package
/// installs programs, the host has the unit, and the command line and environment name no store. A store is named by
/// `--config`, by `--set` of a store's key, or by a variable: `IX_STORE_KIND`, `IX_POSTGRES_…`, `IX_SQLITE_…`, `PG…`, the
/// state directory, or the credentials' directory.
package struct ServiceView: Sendable {
    /// The unit of the installed service.
    package let unit: ServiceUnit
    /// The variables of the process, laid over the variables of the service.
    let environment: [String: String]
    /// The configuration file and the keys that the unit's command line sets.
    let file: String?
    let overrides: [(key: String, value: String)]
    /// The number of the service's user; nil when the user doesn't exist.
    let user: UInt32?

    /// The view that the process has taken. Connections are made as the view's user.
    private static let taken = Mutex<ServiceView?>(nil)
    static var userTaken: UInt32? { taken.withLock { $0?.user } }

    /// Returns nil when the process uses its own surroundings.
    static func take(
        _ environment: [String: String], config: String?, overrides: [(key: String, value: String)]
    ) -> ServiceView? {
        if let view = taken.withLock({ $0 }) { return view }
        guard geteuid() == 0, config == nil, !namesStore(environment, overrides),
            let unit = ServiceUnit.installed(), isInstalled(beside: unit)
        else { return nil }
        let view = ServiceView(unit, environment)
        taken.withLock { $0 = view }
        return view
    }

    init(_ unit: ServiceUnit, _ own: [String: String], stores: [String] = Self.stores) {
        self.unit = unit
        let variables = Self.variables(unit)
        let credentials = Self.credentials(unit, stores)
        environment = credentials.merging(variables) { $1 }.merging(own) { $1 }
        (file, overrides) = Self.options(unit)
        user = unit.last("User").flatMap { getpwnam($0)?.pointee.pw_uid }
    }

    static func namesStore(_ environment: [String: String], _ overrides: [(key: String, value: String)]) -> Bool {
        let words = ["IX_STORE_KIND", "IX_WORKER_STATE_DIRECTORY", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"]
        let starts = ["IX_POSTGRES_", "IX_SQLITE_", "PG"]
        return environment.keys.contains { name in words.contains(name) || starts.contains { name.hasPrefix($0) } }
            || overrides.contains { key, _ in ["store.", "postgres.", "sqlite."].contains { key.hasPrefix($0) } }
    }

    /// True when the program lies where the package installs programs. A program that was built elsewhere is no part of
    /// the installed service.
    private static func isInstalled(beside unit: ServiceUnit) -> Bool {
        guard let own = path("/proc/self/exe"), let program = unit.command.first else { return false }
        return folder(own) == "/usr/bin" || folder(own) == folder(path(program) ?? program)
    }

    private static func path(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func folder(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }

    /// Returns the variables of the unit. Variables of an environment file override the unit's own lines.
    private static func variables(_ unit: ServiceUnit) -> [String: String] {
        var variables: [String: String] = [:]
        for words in unit.all("Environment").map(UnitText.words) {
            for (name, value) in words.compactMap(UnitText.assignment) { variables[name] = value }
        }
        for path in unit.all("EnvironmentFile") {
            let text = ServiceUnit.text(of: path.hasPrefix("-") ? String(path.dropFirst()) : path)
            variables.merge(text.map(UnitText.variables) ?? [:]) { $1 }
        }
        if let state = unit.last("StateDirectory").map(UnitText.words)?.first {
            variables["STATE_DIRECTORY"] = "/var/lib/\(state)"
        }
        return variables
    }

    static let stores = ["/etc/credstore", "/run/credstore", "/usr/lib/credstore"]

    /// Returns the credentials as the variables that replace the credentials, because root reads the files at their
    /// source.
    private static func credentials(_ unit: ServiceUnit, _ stores: [String]) -> [String: String] {
        var variables: [String: String] = [:]
        for value in unit.all("LoadCredential") {
            let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
            guard let name = parts.first, let path = path(of: parts.last ?? name, stores) else { continue }
            switch name {
            case "postgres-url": variables["IX_POSTGRES_URL"] = ServiceUnit.text(of: path)
            case "postgres-read-url": variables["IX_POSTGRES_READ_URL"] = ServiceUnit.text(of: path)
            case "postgres-password": variables["IX_POSTGRES_PASSWORD_FILE"] = path
            case "postgres-passfile": variables["IX_POSTGRES_PASSFILE"] = path
            case "http-tls-key": variables["IX_HTTP_TLS_KEY"] = path
            case "http-tokens": variables["IX_HTTP_TOKENS_FILE"] = path
            case "otlp-headers": variables["IX_TRACES_HEADERS"] = ServiceUnit.text(of: path)
            case "callback-secret":
                let line = ServiceUnit.text(of: path)?.prefix { $0 != "\n" }
                variables["IX_CALLBACK_SECRET"] = line.map(UnitText.trimmed)
            default: break
            }
        }
        return variables
    }

    private static func path(of source: String, _ stores: [String]) -> String? {
        let paths = source.hasPrefix("/") ? [source] : stores.map { "\($0)/\(source)" }
        return paths.first { access($0, R_OK) == 0 }
    }

    private static func options(_ unit: ServiceUnit) -> (String?, [(key: String, value: String)]) {
        let words = unit.options
        let pairs = stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) }
        let overrides = pairs.filter { $0.0 == "--set" }.compactMap { UnitText.assignment($0.1) }
        return (pairs.last { $0.0 == "--config" }?.1, overrides.map { ($0.name, $0.value) })
    }
}
