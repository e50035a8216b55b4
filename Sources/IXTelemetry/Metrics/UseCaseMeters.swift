import CoreMetrics
import IXCore
import Synchronization

/// `UseCaseMeters` counts the jobs of a use case in this daemon.
package final class UseCaseMeters: Sendable {
    /// The reason for which a job went back.
    package enum Return: String, Sendable, CaseIterable {
        case retry, shutdown
        case lostClaim = "lost_claim"
        /// The pipeline could not be started, or no pipeline is here.
        case breaker
    }

    /// The label of the use cases, and of the codes, without series of their own.
    package static let rest = "other"

    /// The value of the label `use_case`.
    package let useCase: String
    private let claims: Counter
    private let done: Counter
    private let error: Counter
    private let returns: [Return: Counter]
    private let wait: Timer
    private let doneRun: Timer
    private let errorRun: Timer
    private let errors = Mutex<[String: Counter]>([:])
    private let ownCodes = Mutex(OwnCodes())
    private let factory: any MetricsFactory
    /// Says if a further series of errors may be made.
    private let mayAddError: @Sendable () -> Bool

    init(_ useCase: String, _ factory: any MetricsFactory, mayAddError: @escaping @Sendable () -> Bool) {
        self.useCase = useCase
        self.factory = factory
        self.mayAddError = mayAddError
        let counter = { (family: MetricFamily, value: String) in
            Counter(family, [useCase, value], factory)
        }
        claims = Counter(.jobsClaimed, [useCase], factory)
        (done, error) = (counter(.jobsEnded, "done"), counter(.jobsEnded, "error"))
        returns = Dictionary(
            uniqueKeysWithValues: Return.allCases.map { ($0, counter(.jobsHandedBack, $0.rawValue)) })
        wait = Timer(.jobWait, [useCase], factory)
        (doneRun, errorRun) = (
            Timer(.jobRun, [useCase, "done"], factory), Timer(.jobRun, [useCase, "error"], factory)
        )
        // An alert looks at the growth of this one, which a series that begins with 1 would hide.
        let exhausted = ErrorCodes.exhausted
        errors.withLock { $0[exhausted] = counter(.jobsErrors, exhausted) }
    }

    /// Counts a claimed job. `waited` is the time since the job was due; nil when the row doesn't tell.
    package func claimed(waited: Duration?) {
        claims.increment()
        if let waited { wait.recordNanoseconds(waited.wholeNanoseconds) }
    }

    /// Counts a job that ended well. `run` is the time since the claim; nil for a job that did not run.
    package func ended(run: Duration?) {
        done.increment()
        if let run { doneRun.recordNanoseconds(run.wholeNanoseconds) }
    }

    /// Counts a job that ended with the error `code`.
    package func failed(_ code: String?, run: Duration?) {
        error.increment()
        if let run { errorRun.recordNanoseconds(run.wholeNanoseconds) }
        let label = ErrorCodes.label(code)
        errorCounter(label).increment()
        if label == ErrorCodes.own { ownCodes.withLock { $0.add(code ?? label) } }
    }

    /// Returns the jobs that ended with a pipeline's own code since the last call, by code.
    package func takeOwnCodes() -> [String: Int] { ownCodes.withLock { $0.take() } }

    /// Counts a job that went back to `pending`.
    package func wentBack(_ reason: Return) { returns[reason]?.increment() }

    private func errorCounter(_ code: String) -> Counter {
        errors.withLock { errors in
            if let counter = errors[code] { return counter }
            let label = mayAddError() ? useCase : UseCaseMeters.rest
            let counter = Counter(.jobsErrors, [label, code], factory)
            errors[code] = counter
            return counter
        }
    }
}

/// `OwnCodes` counts errors by the codes of a pipeline: 20 codes an hour, and all others together.
private struct OwnCodes {
    private static let most = 20
    private static let length = 100
    private var counts: [String: Int] = [:]
    private var known: Set<String> = []
    private var hourEnds = ContinuousClock.now + .seconds(3600)

    mutating func add(_ code: String) {
        if hourEnds < .now { (known, hourEnds) = ([], .now + .seconds(3600)) }
        var name = String(code.prefix(Self.length))
        if !known.contains(name) {
            if known.count < Self.most { known.insert(name) } else { name = UseCaseMeters.rest }
        }
        counts[name, default: 0] += 1
    }

    mutating func take() -> [String: Int] {
        defer { counts = [:] }
        return counts
    }
}

/// `ErrorCodes` bounds the codes of errors, which pipelines choose, to the documented ones.
package enum ErrorCodes {
    static let exhausted = "attempts_exhausted"
    /// Stands for every code that a pipeline made up.
    package static let own = "own"

    /// The codes that ix-worker itself gives, as docs/codes.md lists them.
    package static let known: Set<String> = [
        "unknown_use_case", "bad_request", "bad_output", "output_too_large", "pipeline_failed", "pipeline_discarded",
        "pipeline_error", "timeout", exhausted, "expired", "cancelled", "unstorable_response",
        "dependency_failed", "superseded",
    ]

    /// Returns the value of the label `code`: `own` for a code of a pipeline.
    package static func label(_ code: String?) -> String { code.flatMap { known.contains($0) ? $0 : nil } ?? own }
}

extension Counter {
    /// Creates the handle of a series.
    convenience init(_ family: MetricFamily, _ labels: [String] = [], _ factory: any MetricsFactory) {
        self.init(label: family.name, dimensions: Array(zip(family.labels, labels)), factory: factory)
    }
}

extension Timer {
    /// Creates the handle of a series.
    convenience init(_ family: MetricFamily, _ labels: [String] = [], _ factory: any MetricsFactory) {
        self.init(
            label: family.name, dimensions: Array(zip(family.labels, labels)), preferredDisplayUnit: .seconds,
            factory: factory)
    }
}
