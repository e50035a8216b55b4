package import CoreMetrics
import IXCore
import Synchronization

/// `HTTPMeters` counts the requests of the HTTP server.
package final class HTTPMeters: Sendable {
    /// The result of an insert over HTTP.
    package enum Enqueued: String, Sendable, CaseIterable { case created, duplicate, differs, refused }

    private let factory: any MetricsFactory
    private let inserts: [Enqueued: Counter]
    private let ignoredTraces: Counter
    private let rejections = Mutex<[String: Counter]>([:])

    /// Creates the counts, all zero.
    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        ignoredTraces = Counter(.traceContextIgnored, [], factory)
        inserts = Dictionary(
            uniqueKeysWithValues: Enqueued.allCases.map { ($0, Counter(.httpEnqueued, [$0.rawValue], factory)) })
    }

    /// Returns the counts of a route. `path` is the route's template, never the path of a request.
    package func route(_ path: String, _ method: String) -> RouteMeters { RouteMeters(path, method, factory) }

    /// Counts an insert.
    package func enqueued(_ result: Enqueued) { inserts[result]?.increment() }

    /// Counts a malformed `traceparent` of a producer.
    package func ignoredTraceContext() { ignoredTraces.increment() }

    /// Counts a request or a connection turned away. `reason` is one of a few words.
    package func rejected(_ reason: String) {
        let counter = rejections.withLock { rejections in
            let counter = rejections[reason] ?? Counter(.httpRejected, [reason], factory)
            rejections[reason] = counter
            return counter
        }
        counter.increment()
    }
}

/// `RouteMeters` counts the requests of a route.
package final class RouteMeters: Sendable {
    private let labels: [String]
    private let factory: any MetricsFactory
    private let answers = Mutex<[Int: Counter]>([:])
    private let timer = Mutex<Timer?>(nil)

    fileprivate init(_ path: String, _ method: String, _ factory: any MetricsFactory) {
        (labels, self.factory) = ([path, method], factory)
    }

    /// Counts an answer. `time` is nil for a stream and for a wait, whose length says nothing of the server.
    package func answered(_ status: Int, in time: Duration?) {
        let counter = answers.withLock { answers in
            let counter = answers[status] ?? Counter(.httpRequests, labels + ["\(status)"], factory)
            answers[status] = counter
            return counter
        }
        counter.increment()
        guard let time else { return }
        let timer = timer.withLock { timer in
            let made = timer ?? Timer(.httpRequest, labels, factory)
            timer = made
            return made
        }
        timer.recordNanoseconds(time.wholeNanoseconds)
    }
}
