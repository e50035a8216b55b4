/// Expands `~/…` in configured paths, because no shell has replaced `~` with the home directory.
extension Settings {
    private static let paths = [
        "sqlite.path", "worker.state_directory", "postgres.password_file", "postgres.passfile", "callback.ca_file",
    ]

    mutating func expandHomes(_ environment: [String: String]) {
        for key in Self.paths where self[key].value.text.hasPrefix("~") { expand(key, environment["HOME"] ?? "") }
    }

    private mutating func expand(_ key: String, _ home: String) {
        let (given, origin) = (self[key].value.text, self[key].origin)
        guard given == "~" || given.hasPrefix("~/") else {
            return refuse(key, origin, "begins with ~ and a user's name: write the path of the home directory instead")
        }
        guard home.hasPrefix("/") else { return refuse(key, origin, "begins with ~, but HOME is not an absolute path") }
        set(key, .text(home + given.dropFirst()), from: origin)
    }
}
