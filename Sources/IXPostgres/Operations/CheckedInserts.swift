import FoundationEssentials
import IXCore
import IXStore

/// Inserts of jobs that the server needs not check again: plain jobs with a small document of plain values. They cost
/// the server half of what `ix_enqueue_batch` costs it.
///
/// The server's limits count a document as the server writes it, with numbers unfolded. So a document with an exponent
/// or an escaped code point, or of more than 64 KiB, is left to the server.
struct CheckedInserts {
    private static let bytes = 65_536

    private struct Item {
        let index: Int
        let job: NewJob
        let jobID = UUID.ofJob()
        let ixID = NewJob.ixID()
    }

    /// In the order of their keys, so that two calls can't deadlock.
    private let items: [Item]

    /// Nil when no job is of the kind.
    init?(_ insertions: [NewJob]) {
        items = insertions.enumerated().filter { $0.element.isSimple(upTo: Self.bytes) }
            .map { Item(index: $0.offset, job: $0.element) }
            .sorted { a, b in
                let (left, right) = (a.job.request, b.job.request)
                return (left.clientID, left.requestID, a.index) < (right.clientID, right.requestID, b.index)
            }
        if items.isEmpty { return nil }
    }

    /// Returns the results of the jobs that went in. The rest have known keys, or need a check by the server.
    func run(on operations: PostgresOperations) throws(StoreError) -> [Int: BatchInsertResult] {
        // In a caller's transaction a refused call would end the transaction.
        guard operations.link.isReusable else { return [:] }
        let rows: PostgresRows
        do { rows = try operations.run(.insertChecked, parameters) } catch {
            switch error.code {
            // A producer's login, or a value for which the server has the words.
            case .permission, .invalidInput: return [:]
            default: throw error
            }
        }
        var inserted: Set<UUID> = []
        for id in try rows.map({ row throws(StoreError) in try row.id("job_id") }) { inserted.insert(id) }
        return Dictionary(
            uniqueKeysWithValues: items.filter { inserted.contains($0.jobID) }.map { item in
                let result = InsertResult(
                    jobID: item.jobID, ixID: item.ixID, status: .pending, isDuplicate: false, differs: false)
                return (item.index, .inserted(result))
            })
    }

    private var parameters: [String?] {
        let (jobs, requests) = (items.map(\.job), items.map(\.job.request))
        return [
            items.map(\.jobID).array, items.map(\.ixID).array, requests.map(\.useCase).array,
            requests.map(\.clientID).array, requests.map(\.requestID).array, requests.map(\.document.text).array,
            jobs.map(\.callbackURL).array, jobs.map { "\($0.maxAttempts)" }.array, jobs.map(\.traceContext).array,
        ]
    }
}

extension NewJob {
    /// True for a job without times, priority, queue and group, whose document has at most `limit` bytes, no exponent
    /// and no escaped code point.
    fileprivate func isSimple(upTo limit: Int) -> Bool {
        guard runAt == nil, expiresAt == nil, priority == 0, queue == nil, groupKey == nil,
            dedupe == nil, after == nil, batchID == nil
        else { return false }
        let text = request.document.text.utf8
        guard text.count <= limit else { return false }
        var last: UInt8 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { return false }
            case UInt8(ascii: "u"): if last == UInt8(ascii: "\\") { return false }
            case 0: return false
            default: break
            }
            last = byte
        }
        return true
    }
}
