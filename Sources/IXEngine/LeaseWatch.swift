import IXStore

/// Stops the pipelines before the lease ends when no heartbeat gets through: a heartbeat itself may hang too long to tell.
struct LeaseWatch: Duty {
    let name = "the lease watch"
    let interval: Duration
    let heartbeat: HeartbeatDuty

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        if heartbeat.leaseIsRunningOut { heartbeat.loseLease() }
    }
}
