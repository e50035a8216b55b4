extension Settings {
    /// Puts the place for state where the configuration says nothing: what systemd made for us, else the user's.
    mutating func resolveStateDirectory(_ environment: [String: String]) {
        let path = "worker.state_directory"
        guard self[path].value.text.isEmpty else { return }
        let (directory, origin) = Self.stateDirectory(environment)
        set(path, .text(directory), from: origin)
    }

    private static func stateDirectory(_ environment: [String: String]) -> (String, ConfigurationOrigin) {
        // systemd names every directory of the unit, the first one first.
        if let first = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            return (String(first), .environment("STATE_DIRECTORY"))
        }
        // A relative path has no meaning there, says the XDG specification.
        if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") {
            return (home + "/ix-worker", .environment("XDG_STATE_HOME"))
        }
        if let home = environment["HOME"], !home.isEmpty {
            return (home + "/.local/state/ix-worker", .standard)
        }
        return ("/var/lib/ix-worker", .standard)
    }
}
