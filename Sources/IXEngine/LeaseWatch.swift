import IXStore

/// Stops the pipelines before the lease ends when no heartbeat gets through: a heartbeat itself may hang too long to tell.
struct LeaseWatch: Duty {
    let name = "the lease watch"
    let lease: Duration
    let heartbeat: HeartbeatDuty
    let running: RunningJobs

    /// What begins to run while there is nothing to stop has at least a half of the lease ahead.
    var interval: Duration { running.isIdle ? lease / 5 : lease / 20 }

    func round(step: @Sendable () -> Void) async throws(StoreError) {
        if heartbeat.leaseIsRunningOut { heartbeat.loseLease() }
    }
}
