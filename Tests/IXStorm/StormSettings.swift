package import IXHistory

/// What a storm is made of.
package struct StormSettings: Sendable {
    package enum Servers: String, Sendable, CaseIterable {
        /// One server, which crashes and comes back.
        case one
        /// A primary with a synchronous standby, which takes over in the middle.
        case synchronous
        /// The same with a standby that may miss the last commits.
        case asynchronous
    }

    package var duration: Duration
    package var seed: UInt64
    package var kinds: Set<Fault.Kind>
    package var servers = Servers.one
    package var daemons = 3
    package var producers = 3

    package init(
        duration: Duration, seed: UInt64, kinds: Set<Fault.Kind> = Set(Fault.Kind.allCases), servers: Servers = .one
    ) {
        (self.duration, self.seed, self.kinds, self.servers) = (duration, seed, kinds, servers)
    }

    /// How long a daemon's jobs stay its own without a heartbeat, in seconds.
    package static let lease = 4.0
    /// Between two sweeps, in seconds.
    package static let sweep = 1.0
    /// What a stop may take: the grace, the abandonment of pipelines, a last write, callbacks, the end of the lease.
    package static let stopBound = 35.5

    /// The daemons' configuration; `starts` is where the programs write down that they began, `poison` where a poisonous
    /// job says that it runs.
    static func configuration(starts: String, poison: String) -> String {
        """
        [worker]
        count = 6
        poll_seconds = 1
        lease_seconds = \(lease)
        heartbeat_seconds = 1
        sweep_seconds = \(sweep)
        grace_seconds = 1
        [pipeline]
        kill_grace_seconds = 0.5
        [postgres]
        connect_timeout_seconds = 2
        call_timeout_seconds = 2
        [pipelines.sleep]
        kind = "sleep"
        [pipelines.fail]
        kind = "fail"
        [pipelines.noted]
        kind = "exec"
        command = ["sh", "-c", '''
        echo "{\\"at\\":$(date +%s.%N),\\"jobID\\":\\"$IX_JOB_ID\\",\\"attempt\\":$IX_ATTEMPT}" >>"\(starts)"
        sleep 0.3; echo "{}"''']
        [pipelines.poison]
        kind = "exec"
        command = ["sh", "-c", 'echo "$IX_JOB_ID" >>"\(poison)"; exec sleep 600']
        """
    }
}
