import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of callbacks for people, one line for each callback. On a terminal an id is cut to its first 8 characters,
/// which every command takes.
struct CallbackTable {
    /// The tries of a page that are looked up at most.
    private static let mostTried = 200

    private var table = TextTable([
        .init(heading: "JOB"), .init(heading: "STATE"), .init(heading: "TRIES", alignment: .right),
        .init(heading: "NEXT", alignment: .right), .init(heading: "ENDED", least: 10),
        .init(heading: "CLIENT", least: 6), .init(heading: "RECEIVER", least: 12), .init(heading: "LAST", least: 4),
    ])

    init(_ callbacks: [CallbackRecord], _ reasons: Reasons, hasShortIDs: Bool) {
        for callback in callbacks {
            table.add([
                hasShortIDs ? callback.jobID.shortText : callback.jobID.uuidString.lowercased(),
                callback.isSending ? "sending" : callback.state.rawValue,
                "\(callback.tries)", reasons.next(callback),
                String(callback.endedAt.prefix(19)) + "Z", callback.clientID, callback.endpoint,
                reasons.lasts[callback.jobID],
            ])
        }
    }

    func lines(fitting width: Int?) -> [String] { table.lines(fitting: width) }

    /// What came of the last try of each callback, and the receivers to which no daemon sends for now.
    struct Reasons: Sendable {
        fileprivate var lasts: [UUID: String] = [:]
        private var closed: Set<String> = []

        /// Reads what the callbacks of a page need, and no more.
        init(of callbacks: [CallbackRecord], _ operations: any JobReading) throws {
            for callback in callbacks.filter({ $0.tries > 0 }).prefix(mostTried) {
                guard let report = try operations.deliveries(of: callback.jobID).last?.report else { continue }
                lasts[callback.jobID] = report.httpStatus.map { "\($0)" } ?? report.reason ?? "-"
            }
            // A callback that is overdue and not on its way waits for its receiver's breaker.
            guard callbacks.contains(where: Self.isOverdue) else { return }
            closed = Set(try operations.endpoints(limit: 1000).filter { !$0.closedBy.isEmpty }.map(\.endpoint))
        }

        fileprivate func next(_ callback: CallbackRecord) -> String {
            if callback.isSending { return "now" }
            if Self.isOverdue(callback), closed.contains(callback.endpoint) { return "breaker" }
            return callback.dueIn.map(DurationText.brief) ?? "-"
        }

        private static func isOverdue(_ callback: CallbackRecord) -> Bool {
            !callback.isSending && callback.dueIn.map { $0 <= 0 } ?? false
        }
    }
}
