/// `CallbackSettings` holds the limits, times and policy of callback deliveries.
package struct CallbackSettings: Sendable, Equatable {
    /// The time limits of a delivery.
    package var limits: PostLimits
    /// The maximum number of concurrent deliveries.
    package var concurrency: Int
    /// The maximum number of concurrent deliveries for a client.
    package var perClient: Int
    /// The maximum number of concurrent deliveries to an endpoint (scheme, host and port).
    package var perEndpoint: Int
    /// The maximum number of concurrent connections to an address.
    package var perAddress: Int
    /// The pauses between tries. The first try is made at once, and the last try follows the last pause.
    package var pauses: [Duration]
    /// The number of failures in a row that opens an endpoint's breaker.
    package var breakerFailures: Int
    /// The pause of an open breaker between two probe deliveries.
    package var breakerPause: Duration
    /// The interval at which an idle daemon asks for due callbacks without a notification.
    package var poll: Duration
    /// The rules for the addresses that callbacks may go to.
    package var policy: EgressPolicy
    /// The secrets that sign callbacks.
    package var secrets: SigningSecrets
    /// The path of a PEM file with certificates trusted beside the system's; empty for none.
    package var caFile: String
    /// True when a body is sent in the envelope `{"type", "timestamp", "data"}`.
    package var wraps: Bool
    /// The value of the `user-agent` header.
    package var userAgent: String
    /// The hosts and ports of the database; no callback may reach these addresses.
    package var databaseAddresses: [HostPort]

    /// Creates settings without checking any value; `IXConfig` checks the values of a configuration.
    package init(
        limits: PostLimits, concurrency: Int, perClient: Int, perEndpoint: Int, perAddress: Int, pauses: [Duration],
        breakerFailures: Int, breakerPause: Duration, poll: Duration, policy: EgressPolicy, secrets: SigningSecrets,
        caFile: String = "",
        wraps: Bool = false, userAgent: String,
        databaseAddresses: [HostPort] = []
    ) {
        self.databaseAddresses = databaseAddresses
        self.limits = limits
        self.concurrency = concurrency
        self.perClient = perClient
        self.perEndpoint = perEndpoint
        self.perAddress = perAddress
        self.pauses = pauses
        self.breakerFailures = breakerFailures
        self.breakerPause = breakerPause
        self.poll = poll
        self.policy = policy
        self.secrets = secrets
        self.caFile = caFile
        self.wraps = wraps
        self.userAgent = userAgent
    }
}
