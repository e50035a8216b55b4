/// A way into the queue.
enum Door: String, Sendable, CaseIterable {
    /// `ix_enqueue` on PostgreSQL.
    case function = "ix_enqueue"
    /// `ix_enqueue_batch` on PostgreSQL.
    case batch = "ix_enqueue_batch"
    /// The view `ix_enqueue` of the embedded file.
    case view = "the file's view"
    /// `ixctl enqueue`.
    case ctl = "ixctl enqueue"
    /// A line of `ixctl enqueue --from`.
    case line = "a line of --from"
    /// A request to the HTTP API.
    case http = "POST /v1/jobs"
    /// `ixctl enqueue --server`.
    case remote = "ixctl --server"
    /// A line of `ixctl enqueue --from --server`.
    case remoteLine = "--from --server"
    /// A line of `POST /v1/jobs/batch`.
    case httpBatch = "POST /v1/jobs/batch"
    /// A line of `ixctl import`.
    case importing = "ixctl import"
}

/// A door into one of the stores.
struct Entry: Hashable, Sendable {
    let door: Door
    let isFile: Bool

    var name: String {
        ![.function, .batch, .view].contains(door)
            ? "\(door.rawValue), \(isFile ? "file" : "PostgreSQL")" : door.rawValue
    }

    static let all =
        [Entry(door: .function, isFile: false), Entry(door: .batch, isFile: false), Entry(door: .view, isFile: true)]
        + [Door.ctl, .line, .http, .remote, .remoteLine, .httpBatch, .importing].flatMap {
            [Entry(door: $0, isFile: false), Entry(door: $0, isFile: true)]
        }
}
