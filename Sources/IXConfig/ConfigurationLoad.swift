import Glibc

extension Configuration {
    /// Path of the file which is read when no file is named.
    public static let standardFile = "/etc/ix-worker/ix-worker.toml"
    /// State directory of an installed daemon.
    public static let installedDirectory = "/var/lib/ix-worker"

    /// Loads the configuration. Each source overrides the sources before it: defaults, file, credentials of the service,
    /// environment, `overrides`.
    ///
    /// - Parameters:
    ///   - file: A file which must exist; nil reads `standardFile` if it exists.
    ///   - environment: The process's variables. Variables without a key are ignored. `CREDENTIALS_DIRECTORY` names the
    ///     directory of the service's credentials.
    ///   - overrides: Flags, keyed `section.name`. A later flag overrides an earlier flag of the same key.
    ///   - standardFile: Replaces the standard path, for tests and packagers.
    ///   - installedDirectory: Replaces the state directory of an installed daemon, for tests and packagers.
    /// - Throws: `ConfigurationError` with every fault, including faults of overridden values.
    public static func load(
        file: String? = nil, environment: [String: String], overrides: [(key: String, value: String)] = [],
        standardFile: String = Configuration.standardFile,
        installedDirectory: String = Configuration.installedDirectory
    ) throws(ConfigurationError) -> Configuration {
        var settings = Settings()
        let tables = settings.takeFile(file ?? standardFile, mayBeMissing: file == nil)
        settings.takeCredentials(environment)
        settings.take(environment: environment)
        settings.take(overrides: overrides)
        settings.checkAcross()
        settings.checkAddress(environment)
        let isStoreNamed = settings.isStoreNamed  // before defaults are filled in below
        // The order matters: an unset path depends on whether a state directory is configured.
        settings.resolveSQLitePath(environment, installedDirectory)
        settings.resolveStateDirectory(environment)
        settings.completeSQLitePath()
        guard settings.faults.isEmpty else { throw ConfigurationError(faults: settings.faults) }
        let path = file ?? standardFile
        let files = access(path, F_OK) == 0 ? [path] : []
        return Configuration(settings, tables, isStoreNamed: isStoreNamed, files: files)
    }

    private init(_ settings: Settings, _ tables: [PipelineTable], isStoreNamed: Bool, files: [String]) {
        self.files = files
        store = settings.storeKind
        self.isStoreNamed = isStoreNamed
        postgres = Postgres(settings)
        sqlite = SQLite(settings)
        worker = Worker(settings)
        pipeline = Pipeline(settings)
        callback = Callback(settings)
        retention = Retention(settings)
        log = Log(settings)
        pipelines = Dictionary(
            uniqueKeysWithValues: tables.map { ($0.name, PipelineConfiguration($0, settings)) })
        effective =
            ConfigurationKey.all.map { settings.entry($0) } + tables.flatMap { PipelineValues($0, settings).entries }
        scalars = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.path, settings[$0.path].value) })
    }
}

extension Settings {
    /// Reads the file's sections and returns its pipelines. Faults follow the order of the file's lines.
    fileprivate mutating func takeFile(_ path: String, mayBeMissing: Bool) -> [PipelineTable] {
        do {
            guard let file = try TOMLFile.read(path, mayBeMissing: mayBeMissing) else { return [] }
            take(file)
            let (tables, faults) = PipelineTable.all(in: file)
            for fault in faults { refuse(fault.key, fault.origin, fault.reason) }
            sortFaults()
            return tables
        } catch {
            refuse(error.key, error.origin, error.reason)
            return []
        }
    }

    fileprivate func entry(_ key: ConfigurationKey) -> ConfigurationEntry {
        ConfigurationEntry(key: key.path, value: self[key.path].value.shown, origin: self[key.path].origin)
    }
}

extension Settings {
    fileprivate func path(_ key: String) -> String? {
        let text = self[key].value.text
        return text.isEmpty ? nil : text
    }
}

extension Settings {
    /// Returns a duration; nil for 0, which stands for no limit.
    fileprivate func limit(_ key: String) -> Duration? {
        let duration = self[key].value.duration
        return duration == .zero ? nil : duration
    }
}

extension Configuration.Postgres {
    fileprivate init(_ settings: Settings) {
        url = settings["postgres.url"].value.secret
        let listen = settings["postgres.listen_url"].value.secret
        listenURL = listen.text == "off" ? nil : listen.isEmpty ? url : listen
        passwordFile = settings.path("postgres.password_file")
        passfile = settings.path("postgres.passfile")
        prepared = settings["postgres.prepared"].value.bool
        connections = settings["postgres.connections"].value.integer
        connectTimeout = settings["postgres.connect_timeout_seconds"].value.duration
        callTimeout = settings["postgres.call_timeout_seconds"].value.duration
        horizonWarning = settings.limit("postgres.horizon_warning_seconds")
    }
}

extension Configuration.SQLite {
    fileprivate init(_ settings: Settings) {
        path = settings["sqlite.path"].value.text
        callTimeout = settings["sqlite.call_timeout_seconds"].value.duration
    }
}

extension Configuration.Worker {
    fileprivate init(_ settings: Settings) {
        count = settings["worker.count"].value.integer
        batch = settings["worker.batch"].value.integer
        instance = settings["worker.instance"].value.text
        stateDirectory = settings["worker.state_directory"].value.text
        poll = settings["worker.poll_seconds"].value.duration
        grace = settings["worker.grace_seconds"].value.duration
        lease = settings["worker.lease_seconds"].value.duration
        heartbeat = settings["worker.heartbeat_seconds"].value.duration
        sweep = settings["worker.sweep_seconds"].value.duration
    }
}

extension Configuration.Pipeline {
    fileprivate init(_ settings: Settings) {
        requestTimeout = settings["pipeline.request_timeout_seconds"].value.duration
        killGrace = settings["pipeline.kill_grace_seconds"].value.duration
        unserved = settings["pipeline.unserved_seconds"].value.duration
    }
}

extension Configuration.Callback {
    fileprivate init(_ settings: Settings) {
        timeout = settings["callback.timeout_seconds"].value.duration
        connectTimeout = settings["callback.connect_timeout_seconds"].value.duration
        firstByteTimeout = settings["callback.first_byte_timeout_seconds"].value.duration
        concurrency = settings["callback.concurrency"].value.integer
        perClient = settings["callback.per_client"].value.integer
        perAddress = settings["callback.per_address"].value.integer
        perEndpoint = settings["callback.per_endpoint"].value.integer
        pauses = settings["callback.retry_seconds"].value.integers.map { .seconds($0) }
        breakerFailures = settings["callback.breaker_failures"].value.integer
        breakerPause = settings["callback.breaker_seconds"].value.duration
        envelope = settings["callback.envelope"].value.bool
        secret = settings["callback.secret"].value.secret
        clientSecrets = settings["callback.client_secrets"].value.table
        clientEndpoints = settings["callback.client_endpoints"].value.texts
        policy = settings["callback.policy"].value.text
        schemes = settings["callback.schemes"].value.texts
        ports = settings["callback.ports"].value.integers
        allowedNetworks = settings["callback.allowed_networks"].value.texts
        refusedNetworks = settings["callback.refused_networks"].value.texts
        caFile = settings["callback.ca_file"].value.text
        let tellsOldEnds = settings["callback.old_ends"].value.bool
        oldEndsGrace = tellsOldEnds ? settings["callback.old_ends_grace_seconds"].value.duration : nil
    }
}

extension Configuration.Retention {
    fileprivate init(_ settings: Settings) {
        done = settings.limit("retention.done_days")
        error = settings.limit("retention.error_days")
        batch = settings["retention.batch"].value.integer
    }
}

extension Configuration.Log {
    fileprivate init(_ settings: Settings) {
        level = LogLevel(rawValue: settings["log.level"].value.text) ?? .info
        format = LogFormat(rawValue: settings["log.format"].value.text) ?? .auto
    }
}
