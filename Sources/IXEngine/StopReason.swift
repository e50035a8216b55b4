/// Why we stop a run; it outranks whatever the pipeline says afterwards.
enum StopReason: Sendable, Equatable {
    case timeout
    case shutdown
    case leaseLost
}
