package import FoundationEssentials
import IXCore

/// A line of an export.
///
/// `{"ix_export":3,…}` comes first, then `{"settings":{…}}` with queues, groups and schedules, then the jobs of a batch, `{"job":{…}}`
/// each, then `{"committed":N,"batch":B}` once they have left their store, and so on. A job that waits for others is
/// `{"waits":{…},"job":{…}}`. Lines of keys, `{"receipts":[…]}` and `{"dedupes":[…]}`, stand behind the jobs;
/// `{"end":true,"jobs":N}` comes last.
package enum ExportLine: Equatable {
    case header(ExportHeader)
    /// The queues, groups and schedules, for `ExportSettings` to read.
    case settings
    /// Receipts or dedupe keys, for `KeysLine` to read.
    case keys
    /// A job, or any line which is none of the other kinds.
    case job
    case committed(jobs: Int, batch: Int)
    case end(jobs: Int)

    /// A request, a response, and the logs of as many attempts as are kept, with their control characters written out.
    package static let limit = 64 << 20
    /// Bytes that a store may add to a document of maximum size: the names of the job.
    package static let allowance = 4 << 10

    package init(_ bytes: [UInt8]) {
        if bytes.starts(with: Array("{\"settings\":".utf8)) {
            self = .settings
            return
        }
        if KeysLine.begins(bytes) {
            self = .keys
            return
        }
        // ignored: a line that is none of the others goes where jobs are read, and refused
        self = Self.mark(bytes).flatMap { try? Self.read($0) } ?? .job
    }

    package static func job(_ record: JobRecord) -> String {
        let wait = record.wait.map { [("waits", JSONPairs([$0.member]).text)] } ?? []
        return JSONPairs(wait + [("job", record.json)]).text + "\n"
    }

    /// True for the line of a job that waits for others, as `job` writes it.
    package static func waits(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "{\"waits\":".utf8) }

    package static func committed(jobs: Int, batch: Int) -> String { "{\"committed\":\(jobs),\"batch\":\(batch)}\n" }
    package static func end(jobs: Int) -> String { "{\"end\":true,\"jobs\":\(jobs)}\n" }

    /// The id of a job's line as `job` writes it, without reading the rest.
    package static func jobID(_ bytes: [UInt8]) -> UUID? {
        let start = Array("{\"job\":{\"job_id\":\"".utf8)
        guard bytes.starts(with: start) else { return nil }
        return UUID(uuidString: String(decoding: bytes.dropFirst(start.count).prefix(36), as: UTF8.self))
    }

    /// Returns the object of a line between jobs. Such a line is at most 4096 bytes and doesn't begin as a job's.
    private static func mark(_ bytes: [UInt8]) -> JSONDocument? {
        guard bytes.count <= 4096, !bytes.starts(with: Array("{\"job\":".utf8)), !waits(bytes) else { return nil }
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
