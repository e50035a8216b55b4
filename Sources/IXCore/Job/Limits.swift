/// The limits on input, equal at every entry: SQL function, CLI, HTTP and pipeline output.
public enum Limits {
    /// Maximum bytes of a request (1 MiB), both as given and in jsonb's normal form.
    public static let requestBytes = 1 << 20
    /// Maximum bytes of a response (4 MiB), both as returned by a pipeline and in jsonb's normal form.
    public static let responseBytes = 4 << 20
    /// Maximum depth of nested objects and arrays, the document itself included.
    public static let nesting = 64
    /// Maximum bytes of `client_id`, `request_id` and `use_case`, because a btree row safely holds such keys.
    public static let keyBytes = 255
    /// Maximum bytes of a callback URL.
    public static let urlBytes = 2048
    /// Maximum digits of a number before its point, as in PostgreSQL's numeric.
    public static let integerDigits = 131_072
    /// Maximum digits of a number after its point, as in PostgreSQL's numeric.
    public static let fractionDigits = 16_383
    /// Default number of starts that may fail or crash, used when the producer gives none.
    public static let maxAttempts = 3
    /// Maximum of starts that a caller may request. The column's maximum is far higher, so that hand-backs can raise
    /// the number.
    public static let mostAttempts = 1_000_000
    /// Limit of a priority: priorities are from -1,000 to 1,000.
    public static let priority = 1000
    /// The bounds of a daemon's number of workers.
    public static let workers = 1...1000
    /// Maximum of workers for each connection to PostgreSQL. A connection serves many workers because calls are short.
    public static let workersPerConnection = 250
}
