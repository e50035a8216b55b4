import IXCore
import IXRepresentation
import IXStore

/// The jobs that an operation meets: the caller's filter, narrowed to what the action can change.
struct BulkFilter: Sendable {
    let action: BulkOperation.Action
    /// The filter as a JSON object, as the row keeps it.
    let text: String
    private let filter: JobFilter

    /// Reads a filter object. An empty one needs `isAll`.
    init(_ action: BulkOperation.Action, _ text: String, isAll: Bool) throws(InvalidInput) {
        let document = try JSONDocument(text.utf8, field: "filter", limit: 64 << 10)
        var pairs: [(name: String, value: String)] = []
        for name in document.names {
            guard let value = document[name]?.string else { throw InvalidInput("filter.\(name)", "is not a string") }
            pairs.append((name, value))
        }
        guard !pairs.isEmpty || isAll else {
            throw InvalidInput("filter", "is empty; \"all\": true confirms that every job is meant")
        }
        self.action = action
        self.text = text
        filter = Self.narrowed(try FilterGrammar.read(pairs), action)
    }

    /// Returns the filter of jobs inserted before a moment.
    func filter(before moment: Timestamp?) -> JobFilter {
        var filter = filter
        if let moment { filter.createdBefore = min(moment, filter.createdBefore ?? .latest) }
        return filter
    }

    private static func narrowed(_ filter: JobFilter, _ action: BulkOperation.Action) -> JobFilter {
        var filter = filter
        switch action {
        case .cancel: filter.statuses = filter.statuses.isEmpty ? [.pending, .running] : filter.statuses
        case .resubmit: filter.statuses = filter.statuses.isEmpty ? [.error] : filter.statuses
        case .redeliver:
            if filter.callbackStatuses.isEmpty { filter.callbackStatuses = [.failed] }
        }
        return filter
    }
}
