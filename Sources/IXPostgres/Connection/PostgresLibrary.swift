import CLibPQ

/// The libpq that this process runs with.
public enum PostgresLibrary {
    /// The version, as `15.8`.
    public static var version: String {
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
