extension Configuration {
    /// The path of the configuration file when the command line names none. The files of `conf.d` beside the file are
    /// read too.
    package static let standardFile = "/etc/ix-worker/ix-worker.toml"
    /// The state directory of an installed daemon.
    package static let installedDirectory = "/var/lib/ix-worker"

    /// Reads the configuration from its sources. From the weakest to the strongest: the defaults, the file, the files
    /// of `conf.d`, the service's credentials, the environment, `overrides`.
    ///
    /// - Parameters:
    /// - file: The path of a file that must exist; nil reads `standardFile` if `standardFile` exists.
    ///   - known: The files that an earlier load read; each must still exist.
    ///   - environment: The variables of the process, which also name the directory of the service's credentials.
    ///     Variables that belong to no key are ignored.
    ///   - overrides: Flags with keys `section.name`; the last value of a repeated key wins.
    ///   - standardFile: Replaces `standardFile` for tests and packagers.
    ///   - installedDirectory: Replaces the state directory of an installed daemon for tests and packagers.
    /// - Throws: `ConfigurationError` with every fault, including faults of values that a stronger source overrides.
    package static func load(
        file: String? = nil, known: [String] = [], environment: [String: String],
        overrides: [(key: String, value: String)] = [],
        standardFile: String = Configuration.standardFile,
        installedDirectory: String = Configuration.installedDirectory
    ) throws(ConfigurationError) -> Configuration {
        var settings = Settings()
        let path = file ?? standardFile
        let (tables, files) = settings.takeFiles(path, mayBeMissing: file == nil && !known.contains(path))
        settings.takeCredentials(environment)
        settings.take(environment: environment)
        settings.take(overrides: overrides)
        settings.checkAcross()
        settings.checkAddress(environment)
        settings.expandHomes(environment)
        let isStoreNamed = settings.isStoreNamed  // before defaults are filled in: only the operator counts
        // The order matters: `completeSQLitePath` puts the database file into the resolved state directory.
        settings.resolveSQLitePath(environment, installedDirectory)
        settings.resolveStateDirectory(environment)
        settings.completeSQLitePath()
        if settings.storeKind == .postgres { settings.checkLibraryVariables(environment) }
        guard settings.faults.isEmpty else { throw ConfigurationError(faults: settings.faults) }
        return Configuration(
            settings, tables, isStoreNamed: isStoreNamed, files: files, folder: ConfigurationFolder.path(beside: path),
            unknownVariables: UnknownVariable.reasons(in: environment))
    }

    private init(
        _ settings: Settings, _ tables: [PipelineTable], isStoreNamed: Bool, files: [String], folder: String,
        unknownVariables: [String]
    ) {
        (self.files, self.folder) = (files, folder)
        self.unknownVariables = unknownVariables
        store = settings.storeKind
        self.isStoreNamed = isStoreNamed
        postgres = Postgres(settings)
        sqlite = SQLite(settings)
        worker = Worker(settings)
        pipeline = Pipeline(settings)
        callback = Callback(settings)
        http = HTTP(settings)
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
    /// Takes the sections of the file and of the files in `conf.d`. Returns the pipelines, and the paths of the files
    /// that exist. Faults are in the order of the files, and in a file in the order of the lines.
    fileprivate mutating func takeFiles(
        _ path: String, mayBeMissing: Bool
    ) -> (tables: [PipelineTable], files: [String]) {
        var (tables, files) = ([PipelineTable](), [String]())
        var paths = [path]
        do { paths += try ConfigurationFolder.files(in: ConfigurationFolder.path(beside: path)) } catch {
            refuse(error.key, error.origin, error.reason)
        }
        for path in paths {
            guard let file = read(path, mayBeMissing: mayBeMissing && path == paths[0]) else { continue }
            files.append(path)
            tables += take(file, beside: tables)
        }
        return (tables, files)
    }

    /// Returns nil and records a fault for a file that can't be read. Returns nil without a fault for a missing file
    /// that may be missing.
    private mutating func read(_ path: String, mayBeMissing: Bool) -> TOMLFile? {
        do { return try TOMLFile.read(path, mayBeMissing: mayBeMissing) } catch {
            refuse(error.key, error.origin, error.reason)
            return nil
        }
    }

    /// Takes the pipelines of a file. A pipeline may stand in one file only: a pipeline that is among `others`, the
    /// pipelines of earlier files, is a fault.
    private mutating func take(_ file: TOMLFile, beside others: [PipelineTable]) -> [PipelineTable] {
        let earlier = faults.count
        take(file)
        let (tables, faults) = PipelineTable.all(in: file)
        for fault in faults { refuse(fault.key, fault.origin, fault.reason) }
        for table in tables {
            guard let other = others.first(where: { $0.name == table.name }) else { continue }
            refuse(table.key, table.origin, "is already set in \(other.origin)")
        }
        sortFaults(from: earlier)
        return tables.filter { table in !others.contains { $0.name == table.name } }
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
        xminHorizonWarning = settings.limit("postgres.xmin_horizon_warning_seconds")
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
        start = settings["worker.start_seconds"].value.duration
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
        let sendsLegacy = settings["callback.legacy"].value.bool
        legacyGrace = sendsLegacy ? settings["callback.legacy_grace_seconds"].value.duration : nil
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
