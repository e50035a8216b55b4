import CLibPQ

/// The libpq this process runs with.
public enum PostgresLibrary {
    /// `15.8`.
    public static var version: String {
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
