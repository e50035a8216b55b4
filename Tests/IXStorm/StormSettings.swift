package import IXHistory

/// The settings of a storm.
package struct StormSettings: Sendable {
    /// The kind of servers under the storm.
    package enum Servers: String, Sendable, CaseIterable {
        /// One server, which crashes and comes back.
        case one
        /// A primary with a synchronous standby, which takes over in the middle.
        case synchronous
        /// A primary with an asynchronous standby, which takes over in the middle and may miss the last commits.
        case asynchronous
    }

    /// Duration of the faults. The calm afterwards may last up to 240 s more.
    package var duration: Duration
    /// Seed of all random choices.
    package var seed: UInt64
    /// Kinds of faults to inject.
    package var kinds: Set<Fault.Kind>
    /// Kind of servers.
    package var servers = Servers.one
    /// Number of daemons.
    package var daemons = 3
    /// Number of producers.
    package var producers = 3

    /// Creates settings, by default with all kinds of faults on one server.
    package init(
        duration: Duration, seed: UInt64, kinds: Set<Fault.Kind> = Set(Fault.Kind.allCases), servers: Servers = .one
    ) {
        (self.duration, self.seed, self.kinds, self.servers) = (duration, seed, kinds, servers)
    }

    /// Length of a daemon's lease in seconds.
    package static let lease = 4.0
    /// Seconds between two sweeps.
    package static let sweep = 1.0
    /// Longest allowed stop in seconds: the grace, the abandonment of pipelines, a last write, callbacks, the end of
    /// the lease.
    package static let stopBound = 35.5

    /// Returns the daemons' configuration. Programs append their start to `starts`, and poisonous jobs append to
    /// `poison`. The metrics are scraped at the socket file `door`.
    static func configuration(starts: String, poison: String, door: String) -> String {
        """
        [http]
        listen = ["unix:\(door)"]
        auth = "off"
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
