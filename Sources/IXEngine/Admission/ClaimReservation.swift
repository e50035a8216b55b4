import IXPipelines
import IXStore

/// `ClaimReservation` is what a claim holds until the claim's result is known: slots, and the use cases for which the
/// claim may bring a job.
struct ClaimReservation: Sendable, Equatable {
    /// The pipelines at which the claim holds a slot.
    let slots: Set<String>
    /// Nil when the claim may bring any job.
    let filter: UseCaseFilter?

    /// The reservation of a claim while nothing is limited.
    static let none = ClaimReservation(slots: [], filter: nil)

    private init(slots: Set<String>, filter: UseCaseFilter?) {
        self.slots = slots
        self.filter = filter
    }

    /// Creates a reservation that leaves out the jobs of full pipelines. `pipelines` are all pipelines of this daemon.
    /// `served` are the only use cases to claim; nil for every use case.
    init(slots: Set<String>, full: Set<String>, pipelines: Set<String>, served: [String]?) {
        self.init(slots: slots, filter: Self.filter(full, pipelines, served))
    }

    private static func filter(
        _ full: Set<String>, _ pipelines: Set<String>, _ served: [String]?
    ) -> UseCaseFilter? {
        if let served { return .only(served.filter { !full.contains($0) }) }
        if full.isEmpty { return nil }
        // While the fallback pipeline is full, only jobs with a pipeline of their own can run.
        if full.contains(PipelineRegistry.fallback) { return .only(pipelines.subtracting(full).sorted()) }
        return .except(full.sorted())
    }
}
