/// How callbacks are delivered.
public struct CallbackSettings: Sendable, Equatable {
    public var limits: PostLimits
    /// Deliveries under way at a time, and of these of one client, at one endpoint, and to one address.
    public var concurrency: Int
    public var perClient: Int
    public var perEndpoint: Int
    public var perAddress: Int
    /// Pauses between tries; the first is made at once.
    public var pauses: [Duration]
    /// So many failures in a row close an endpoint, to be tried again once in a pause.
    public var breakerFailures: Int
    public var breakerPause: Duration
    /// How often an idle daemon looks for what is due even when nothing told it.
    public var poll: Duration
    public var policy: EgressPolicy
    public var secrets: SigningSecrets
    /// Certificates in PEM that are trusted beside the system's; empty for none.
    public var caFile: String
    /// Whether bodies travel as `{"type", "timestamp", "data"}`.
    public var wraps: Bool
    /// How long old code has to tell of a job that it ended, before we do; nil when its callbacks stay its own.
    public var oldEndsGrace: Duration?
    public var userAgent: String
    /// Where the database is; no callback goes there.
    public var databasePlaces: [HostPort]

    public init(
        limits: PostLimits, concurrency: Int, perClient: Int, perEndpoint: Int, perAddress: Int, pauses: [Duration],
        breakerFailures: Int, breakerPause: Duration, poll: Duration, policy: EgressPolicy, secrets: SigningSecrets,
        caFile: String = "",
        wraps: Bool = false, oldEndsGrace: Duration? = nil, userAgent: String,
        databasePlaces: [HostPort] = []
    ) {
        self.databasePlaces = databasePlaces
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
        self.oldEndsGrace = oldEndsGrace
        self.userAgent = userAgent
    }
}
