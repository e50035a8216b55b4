import IXStore

/// `LeaseWatch` stops the pipelines before the lease ends when no heartbeat succeeds. A separate duty is needed because
/// a heartbeat may hang too long to notice.
struct LeaseWatch: Duty {
    let name = "the lease watch"
    let lease: Duration
    let heartbeat: HeartbeatDuty
    let running: RunningJobs

    /// Runs that start during an idle interval still have at least half of the lease ahead.
    var interval: Duration { running.isIdle ? lease / 5 : lease / 20 }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        if heartbeat.leaseIsRunningOut { heartbeat.loseLease() }
    }
}
