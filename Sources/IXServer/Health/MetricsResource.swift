import IXStore
import IXTelemetry

/// The metrics of the daemon and the levels of its queue, as text.
struct MetricsResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [Route(.get, "/metrics", "getMetrics", .roles([.metrics, .reader]), .ofQueue) { _ in try await metrics() }]
    }

    private func metrics() async throws -> Answer {
        guard let meters = core.daemon.meters else {
            throw Problem(.notFound, "Metrics are switched off by [metrics] enabled.")
        }
        let samples = await core.levels.levels()?.samples(meters.jobs) ?? []
        return .text(meters.registry.text(adding: samples), type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
