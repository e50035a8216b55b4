import IXCore
import IXStore
package import IXTelemetry

extension Engine {
    /// The engine's values at the moment of the call, for a scrape.
    package nonisolated var samples: [MetricSample] {
        let state = state
        let slots = state.workers.count
        var samples = [
            MetricSample(.workerSlots, [], slots), MetricSample(.workerSlotsBusy, [], state.busy),
            MetricSample(.storeUp, [], isTrue: state.outage == nil),
            MetricSample(.leaseLeft, [], leaseLeft.inSeconds),
        ]
        if let isListening = state.isListening { samples.append(MetricSample(.listenerUp, [], isTrue: isListening)) }
        let open = Set(state.openBreakers.map(\.pipeline))
        for load in shared.admission.loads {
            samples.append(MetricSample(.pipelineRunning, [load.pipeline], load.running))
            samples.append(MetricSample(.pipelineConcurrency, [load.pipeline], load.concurrency ?? slots))
            samples.append(MetricSample(.pipelineBreakerOpen, [load.pipeline], isTrue: open.contains(load.pipeline)))
        }
        samples += schedules.samples
        for (duty, lastEnd) in loops.all.compactMap(\.report) {
            samples.append(MetricSample(.dutyLastEnd, [Self.label(duty)], lastEnd))
        }
        return samples
    }

    /// Returns a duty's name as a label: `the check of the claims` is `check_of_the_claims`.
    private static func label(_ duty: String) -> String {
        let name = duty.hasPrefix("the ") ? duty.dropFirst(4) : duty[...]
        return String(name.map { $0 == " " ? "_" : $0 })
    }
}
