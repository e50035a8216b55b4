/// The limits of what enters the queue, the same at every door (SQL function, CLI, HTTP, pipeline output).
public enum Limits {
    /// Bytes of a request, as given and in jsonb's normal form.
    public static let requestBytes = 1 << 20
    /// Bytes of a response, as a pipeline returned it and in jsonb's normal form.
    public static let responseBytes = 4 << 20
    /// Objects and arrays inside each other, the document itself counted.
    public static let nesting = 64
    /// Bytes of `client_id`, `request_id` and `use_case`: what a btree row holds safely.
    public static let keyBytes = 255
    /// Bytes of a callback URL.
    public static let urlBytes = 2048
    /// Digits of a number before and after its point: what PostgreSQL's numeric holds.
    public static let integerDigits = 131_072
    public static let fractionDigits = 16_383
    /// Starts of a job that may fail or crash, unless the caller says otherwise.
    public static let maxAttempts = 3
    /// The most that a caller may ask for: far enough below what the column holds for all that hand-backs add.
    public static let mostAttempts = 1_000_000
    /// Of a priority, either way.
    public static let priority = 1_000_000
}
