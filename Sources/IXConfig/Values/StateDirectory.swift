extension Settings {
    /// Fills in an unset state directory: systemd's directory of the unit, else the user's own.
    mutating func resolveStateDirectory(_ environment: [String: String]) {
        guard self[\.worker.stateDirectory].isEmpty else { return }
        let (directory, origin) = Self.stateDirectory(environment)
        set(\.worker.stateDirectory, directory, from: origin)
    }

    private static func stateDirectory(_ environment: [String: String]) -> (String, ConfigurationOrigin) {
        // systemd lists every state directory of the unit; the first is the daemon's.
        if let first = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            return (String(first), .environment("STATE_DIRECTORY"))
        }
        // The XDG specification says to ignore a relative path.
        if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") {
            return (home + "/ix-worker", .environment("XDG_STATE_HOME"))
        }
        if let home = environment["HOME"], !home.isEmpty {
            return (home + "/.local/state/ix-worker", .standard)
        }
        return ("/var/lib/ix-worker", .standard)
    }
}

/// Expands `~/…` in configured paths, because no shell has replaced `~` with the home directory.
extension Settings {
    mutating func expandHomes(_ environment: [String: String]) {
        let paths: [KeyPath<ConfigurationKeys, Key<String>>] = [
            \.sqlite.path, \.worker.stateDirectory, \.postgres.passwordFile, \.postgres.passfile, \.callback.caFile,
            \.http.tlsCertificate, \.http.tlsKey,
        ]
        for key in paths where self[key].hasPrefix("~") { expand(key, environment["HOME"] ?? "") }
    }

    private mutating func expand(_ key: KeyPath<ConfigurationKeys, Key<String>>, _ home: String) {
        let (given, origin) = (self[key], origin(key))
        guard given == "~" || given.hasPrefix("~/") else {
            return refuse(key, origin, "begins with ~ and a user's name: write the path of the home directory instead")
        }
        guard home.hasPrefix("/") else { return refuse(key, origin, "begins with ~, but HOME is not an absolute path") }
        set(key, home + given.dropFirst(), from: origin)
    }
}
