import FoundationEssentials
import IXCore
import IXStore

/// A line of an export.
///
/// The header `{"ix_export":1,…}` comes first. Each batch is its jobs, one `{"job":{…}}` a line, and then
/// `{"committed":N,"batch":B}`, written after the jobs have left their store. `{"end":true,"jobs":N}` comes last.
enum ExportLine: Equatable {
    case header(ExportHeader)
    /// A job, or any line which is none of the other kinds.
    case job
    case committed(jobs: Int, batch: Int)
    case end(jobs: Int)

    /// Maximum length in bytes of a job's line: request, response and the logs of all kept attempts, with escapes.
    static let limit = 64 << 20
    /// Bytes a document may exceed its limit by, because a store adds the job's names to a document of maximum size.
    static let allowance = 4 << 10

    init(_ bytes: [UInt8]) {
        // ignored: an unrecognised line counts as a job, and reading the job refuses the line
        self = Self.mark(bytes).flatMap { try? Self.read($0) } ?? .job
    }

    static func job(_ record: JobRecord) -> String { "{\"job\":" + record.json + "}\n" }
    static func committed(jobs: Int, batch: Int) -> String { "{\"committed\":\(jobs),\"batch\":\(batch)}\n" }
    static func end(jobs: Int) -> String { "{\"end\":true,\"jobs\":\(jobs)}\n" }

    /// Returns the job id from the start of a job's line written by `job`; the rest isn't parsed.
    static func jobID(_ bytes: [UInt8]) -> UUID? {
        let start = Array("{\"job\":{\"job_id\":\"".utf8)
        guard bytes.starts(with: start) else { return nil }
        return UUID(uuidString: String(decoding: bytes.dropFirst(start.count).prefix(36), as: UTF8.self))
    }

    /// Returns the object of a line between jobs. Such a line is at most 4096 bytes and doesn't begin with `{"job":`.
    private static func mark(_ bytes: [UInt8]) -> JSONDocument? {
        guard bytes.count <= 4096, !bytes.starts(with: Array("{\"job\":".utf8)) else { return nil }
        // ignored: a line which isn't JSON is no mark
        return try? JSONDocument(bytes, field: "line", limit: 4096)
    }

    private static func read(_ document: JSONDocument) throws(InvalidInput) -> ExportLine? {
        if document["ix_export"] != nil { return .header(try ExportHeader(document)) }
        if let jobs = try document.integer("committed"), let batch = try document.integer("batch") {
            return .committed(jobs: jobs, batch: batch)
        }
        if document["end"]?.text == "true", let jobs = try document.integer("jobs") { return .end(jobs: jobs) }
        return nil
    }
}
