package import CoreMetrics
import IXCore
import Synchronization

/// `DaemonMeters` holds the handles through which the parts of a daemon count.
///
/// A program that embeds the daemon and bootstraps swift-metrics with a factory of its own gets every count, too.
package final class DaemonMeters: Sendable {
    /// The counts as text.
    package let registry = MetricRegistry()
    /// Jobs.
    package let jobs: JobMeters
    /// Calls to the store.
    package let store: StoreMeters
    /// Callbacks.
    package let callbacks: CallbackMeters
    /// Programs of pipelines.
    package let programs: ProgramMeters
    /// Moments of schedules.
    package let schedules: ScheduleMeters
    /// The factory of further handles.
    package let factory: any MetricsFactory

    /// Creates the handles. `beside` gets the same counts as the registry.
    package init(beside other: any MetricsFactory = MetricsSystem.factory) {
        let hasOther = !(other is NOOPMetricsHandler)
        factory = hasOther ? MultiplexMetricsHandler(factories: [registry, other]) : registry
        jobs = JobMeters(factory)
        store = StoreMeters(factory)
        callbacks = CallbackMeters(factory)
        programs = ProgramMeters(factory)
        schedules = ScheduleMeters(factory)
        registry.observe(ProcessReading.samples)
    }
}

/// `CallbackMeters` counts the tries of callbacks.
package struct CallbackMeters: Sendable {
    /// The result of a try.
    package enum Result: String, Sendable, CaseIterable { case delivered, again, failed }

    private let counters: [Result: Counter]
    private let time: Timer

    init(_ factory: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: Result.allCases.map { ($0, Counter(.callbackDeliveries, [$0.rawValue], factory)) })
        time = Timer(.callbackDelivery, [], factory)
    }

    /// Counts a try that took `seconds`.
    package func tried(_ result: Result, seconds: Double) {
        counters[result]?.increment()
        time.recordNanoseconds(Duration.seconds(max(0, min(seconds, 1e6))).wholeNanoseconds)
    }
}

/// `ProgramMeters` counts the programs that pipelines start.
package final class ProgramMeters: Sendable {
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// Returns the counts of a pipeline.
    package func pipeline(_ name: String) -> PipelineMeters {
        PipelineMeters(
            starts: Counter(.programStarts, [name], factory), crashes: Counter(.programCrashes, [name], factory))
    }
}

/// `PipelineMeters` counts the programs of a pipeline.
package final class PipelineMeters: Sendable, Equatable {
    private let starts: Counter
    private let crashes: Counter

    /// True for the counts of one and the same pipeline.
    package static func == (left: PipelineMeters, right: PipelineMeters) -> Bool { left === right }

    init(starts: Counter, crashes: Counter) { (self.starts, self.crashes) = (starts, crashes) }

    /// Counts a program that started.
    package func started() { starts.increment() }

    /// Counts a program that ended by a signal, or without an answer.
    package func crashed() { crashes.increment() }
}
