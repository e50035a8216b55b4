import IXCore

extension QueueLevels {
    /// The levels as JSON, the form in which the store keeps them.
    package var text: String {
        JSONPairs([
            ("use_cases", "[" + useCases.map(\.text).joined(separator: ",") + "]"), ("daemons", "\(daemons)"),
            ("callbacks_due", "\(callbacksDue)"), ("callbacks_retrying", "\(callbacksRetrying)"),
            ("callbacks_failed", "\(callbacksFailed)"), ("oldest_callback", JSONPairs.number(oldestCallback)),
            ("refused_writes", "\(refusedWrites)"), ("xmin_horizon_seconds", JSONPairs.number(xminHorizon)),
            ("at", JSONPairs.number(at)), ("counted_at", JSONPairs.number(countedAt)),
        ]).text
    }

    /// Reads kept levels; nil for a text of another form, such as a newer daemon's.
    package init?(text: String) {
        // ignored: levels that can't be read are looked at anew
        guard let document = try? JSONDocument(text.utf8, field: "levels", limit: 4 << 20) else { return nil }
        guard let items = document["use_cases"]?.elements, let at = document["at"]?.number, at.isFinite else {
            return nil
        }
        let count = { (name: String) in Self.count(document[name]) }
        self.init()
        useCases = items.compactMap { $0.object.map(UseCase.init) }
        (daemons, refusedWrites) = (count("daemons"), count("refused_writes"))
        (callbacksDue, callbacksRetrying) = (count("callbacks_due"), count("callbacks_retrying"))
        callbacksFailed = count("callbacks_failed")
        oldestCallback = document["oldest_callback"]?.number
        xminHorizon = document["xmin_horizon_seconds"]?.number
        self.at = at
        countedAt = document["counted_at"]?.number
    }

    fileprivate static func count(_ fragment: JSONFragment?) -> Int {
        max(0, fragment?.number.flatMap { Int(exactly: $0) } ?? 0)
    }
}

extension QueueLevels.UseCase {
    fileprivate var text: String {
        JSONPairs([
            ("use_case", JSONPairs.literal(name)), ("queue", JSONPairs.literal(queue)), ("due", "\(due)"),
            ("held", "\(held)"),
            ("scheduled", "\(scheduled)"),
            ("running", "\(running)"), ("oldest_due", JSONPairs.number(oldestDue)), ("is_served", "\(isServed)"),
            ("is_estimate", "\(isEstimate)"),
        ]).text
    }

    fileprivate init(_ document: JSONDocument) {
        self.init(name: document["use_case"]?.string, queue: document["queue"]?.string)
        due = QueueLevels.count(document["due"])
        held = QueueLevels.count(document["held"])
        scheduled = QueueLevels.count(document["scheduled"])
        running = QueueLevels.count(document["running"])
        oldestDue = document["oldest_due"]?.number
        isServed = document["is_served"]?.text != "false"
        isEstimate = document["is_estimate"]?.text == "true"
    }
}
