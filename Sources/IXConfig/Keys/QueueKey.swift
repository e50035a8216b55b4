/// A key of a table `[queues.NAME]`: a setting of a queue. No key has a default, because a key that the table lacks is not
/// the file's, and stays as it is in the store.
struct QueueKey: Sendable {
    let name: String
    let kind: ConfigurationKey.Kind
    /// The value shown in the reference file.
    let example: Setting
    let doc: String

    /// Every key, in the order of the reference file.
    static let all = [
        QueueKey(
            "concurrency", .integer(0...1_000_000), .integer(10),
            "Jobs of the queue that run at a time, over all daemons; 0: none."),
        QueueKey(
            "group_concurrency", .integer(0...1_000_000), .integer(2),
            "Jobs of a group that run at a time, over all daemons."),
        QueueKey(
            "strict", .bool, .bool(false),
            "If true, a group's jobs run one after the other, in the order of their inserts."),
        QueueKey("rate", .integer(0...1_000_000), .integer(600), "Starts of the queue in rate_seconds."),
        QueueKey("rate_seconds", .seconds(seconds), .seconds(.seconds(60)), "The time of rate."),
        QueueKey(
            "group_rate", .integer(0...1_000_000), .integer(60), "Starts of each group in group_rate_seconds."),
        QueueKey("group_rate_seconds", .seconds(seconds), .seconds(.seconds(60)), "The time of group_rate."),
        QueueKey(
            "burst", .integer(1...1_000_000), .integer(1), "Starts at once after a pause without any, under a rate."),
        QueueKey(
            "client_depth", .integer(1...1_000_000), .integer(10_000),
            "Jobs of a client that may wait in the queue; further inserts of the client are refused."),
        QueueKey(
            "group_by", .text, .text("client_id"),
            "The group of a job: client_id, or a path of the request such as context.customer."),
        QueueKey(
            "use_cases", .texts, .texts(["extract"]), "Use cases that may be put into the queue by name."),
    ]

    /// The keys of a rate, each with the key of its time.
    static let rates = [("rate", "rate_seconds"), ("group_rate", "group_rate_seconds")]

    private static let seconds = 0.001...31_536_000.0

    private init(_ name: String, _ kind: ConfigurationKey.Kind, _ example: Setting, _ doc: String) {
        (self.name, self.kind, self.example, self.doc) = (name, kind, example, doc)
    }
}
