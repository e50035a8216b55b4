import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A table of callbacks for people, one line for each callback. The job id is never cut, because the operator's next
/// command needs the id.
struct CallbackTable {
    private var table = TextTable([
        .init(heading: "JOB"), .init(heading: "STATE"), .init(heading: "TRIES", alignment: .right),
        .init(heading: "NEXT", alignment: .right), .init(heading: "ENDED", least: 10),
        .init(heading: "CLIENT", least: 6), .init(heading: "RECEIVER", least: 12),
    ])

    init(_ callbacks: [CallbackRecord]) {
        for callback in callbacks {
            table.add([
                callback.jobID.uuidString.lowercased(), callback.isSending ? "sending" : callback.state.rawValue,
                "\(callback.tries)", callback.isSending ? "now" : callback.dueIn.map(DurationText.brief) ?? "-",
                String(callback.endedAt.prefix(19)) + "Z", callback.clientID, callback.endpoint,
            ])
        }
    }

    func lines(fitting width: Int?) -> [String] { table.lines(fitting: width) }
}
