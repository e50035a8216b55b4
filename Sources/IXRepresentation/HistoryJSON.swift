package import IXCore
package import IXStore

/// `HistoryJSON` shows buckets of the history as one object.
package struct HistoryJSON {
    private let step: HistoryStep
    private let buckets: [HistoryBucket]

    /// Creates the object of the buckets of a step.
    package init(_ step: HistoryStep, _ buckets: [HistoryBucket]) { (self.step, self.buckets) = (step, buckets) }

    /// The object.
    package var text: String {
        JSONPairs([
            ("step", "\(step.seconds)"), ("buckets", "[" + buckets.map(\.json).joined(separator: ",") + "]"),
        ]).text
    }
}

extension HistoryBucket {
    fileprivate var json: String {
        JSONPairs([("bucket", JSONPairs.literal(startText))] + pairs + [("errors", errorsText)]).text
    }

    /// The start of the bucket as ISO 8601.
    package var startText: String { Timestamp(microseconds: Int64(start) * 1_000_000).text }
}

/// `HistoryQuestion` reads the parameters of a question for the history, for every door alike.
package enum HistoryQuestion {
    /// The names of the parameters.
    package static let names = ["use_case", "from", "to", "step"]

    /// Returns the filter. `value` gives the text of a parameter; nil for one that isn't given. Failure: names the
    /// parameter.
    package static func filter(_ value: (String) -> String?) throws(InvalidInput) -> HistoryFilter {
        var step = HistoryStep.minute
        if let text = value("step") {
            guard let named = Int(text).flatMap(HistoryStep.init) else {
                throw InvalidInput("step", "is 60, 3600 or 86400 seconds")
            }
            step = named
        }
        let from = try moment(value("from"), "from")
        let to = try moment(value("to"), "to")
        if let from, let to, from >= to { throw InvalidInput("to", "is not after from") }
        return HistoryFilter(step: step, useCase: value("use_case"), from: from, to: to)
    }

    private static func moment(_ text: String?, _ name: String) throws(InvalidInput) -> Int? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) else { throw InvalidInput(name, "is no time such as 2030-01-31T08:00:00Z") }
        return Int(moment.microseconds / 1_000_000)
    }
}
