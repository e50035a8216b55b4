internal import IXCommand
internal import IXConfig

/// `ConfigurationCheck` reports the configuration in effect. An unreadable file was reported earlier, by
/// `Finding.unreadable`.
struct ConfigurationCheck: Check {
    let requires = Prerequisite.nothing

    func findings(_ context: DoctorContext) async -> [Finding] {
        let configuration = context.configuration
        let changed = configuration.effective.count { $0.origin != .standard }
        let files = configuration.files.isEmpty ? "no file" : configuration.files.joined(separator: ", ")
        var found = [
            Finding.ok(
                "configuration", "sound (\(files)), \(changed) keys set; the store is \(configuration.storeName)")
        ]
        if !configuration.isStoreNamed {
            found.append(
                .warning(
                    "store", "no store is configured, so the daemon uses the embedded file",
                    "set IX_POSTGRES_URL or [postgres] url, or [store] kind = \"sqlite\" if the file is intended"
                ))
        }
        return found
    }
}
