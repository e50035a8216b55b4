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
        _ settings: Settings, _ tables: FileTables, isStoreNamed: Bool, files: [String], folder: String,
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
        metrics = Metrics(isEnabled: settings[\.metrics.enabled])
        keepsHistory = settings[\.history.enabled]
        traces = Traces(settings)
        retention = Retention(settings)
        log = Log(settings)
        let values = tables.pipelines.compactMap { table in PipelineValues(table, settings).map { (table.name, $0) } }
        pipelines = Dictionary(
            uniqueKeysWithValues: values.map { ($0.0, PipelineConfiguration($0.0, $0.1)) })
        schedules = tables.schedules.compactMap { ScheduleConfiguration($0) }
            .sorted { $0.name < $1.name }
        queues = tables.queues.map { QueueConfiguration($0) }.sorted { $0.name < $1.name }
        effective =
            ConfigurationKey.all.map { settings.listed($0) } + values.flatMap { $0.1.entries }
            + tables.queues.flatMap(\.listed) + tables.schedules.flatMap(\.listed)
        scalars = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.path, settings.entry(of: $0).value) })
    }
}

extension Settings {
    /// Takes the sections of the file and of the files in `conf.d`. Returns the named tables, and the paths of the files
    /// that exist. Faults are in the order of the files, and in a file in the order of the lines.
    fileprivate mutating func takeFiles(_ path: String, mayBeMissing: Bool) -> (tables: FileTables, files: [String]) {
        var (tables, files) = (FileTables(), [String]())
        var paths = [path]
        do { paths += try ConfigurationFolder.files(in: ConfigurationFolder.path(beside: path)) } catch {
            refuse(error.key, error.origin, error.reason)
        }
        for path in paths {
            guard let file = read(path, mayBeMissing: mayBeMissing && path == paths[0]) else { continue }
            files.append(path)
            let earlier = faults.count
            take(file)
            for fault in tables.take(file) { refuse(fault.key, fault.origin, fault.reason) }
            sortFaults(from: earlier)
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

    fileprivate func listed(_ key: ConfigurationKey) -> ConfigurationEntry {
        let entry = entry(of: key)
        return ConfigurationEntry(key: key.path, value: entry.value.shown, origin: entry.origin)
    }
}

extension Settings {
    fileprivate func path(_ key: KeyPath<ConfigurationKeys, Key<String>>) -> String? {
        let text = self[key]
        return text.isEmpty ? nil : text
    }
}

extension Settings {
    /// Returns a duration; nil for 0, which stands for no limit.
    fileprivate func limit(_ key: KeyPath<ConfigurationKeys, Key<Duration>>) -> Duration? {
        let duration = self[key]
        return duration == .zero ? nil : duration
    }
}

extension Configuration.Postgres {
    fileprivate init(_ settings: Settings) {
        url = settings[\.postgres.url]
        let listen = settings[\.postgres.listenURL]
        listenURL = listen.text == "off" ? nil : listen.isEmpty ? url : listen
        let read = settings[\.postgres.readURL]
        readURL = read.isEmpty ? nil : read
        readMaxAge = settings[\.postgres.readMaxAgeSeconds]
        passwordFile = settings.path(\.postgres.passwordFile)
        passfile = settings.path(\.postgres.passfile)
        prepared = settings[\.postgres.prepared]
        connections = settings[\.postgres.connections]
        connectTimeout = settings[\.postgres.connectTimeoutSeconds]
        callTimeout = settings[\.postgres.callTimeoutSeconds]
        xminHorizonWarning = settings.limit(\.postgres.xminHorizonWarningSeconds)
    }
}

extension Configuration.SQLite {
    fileprivate init(_ settings: Settings) {
        path = settings[\.sqlite.path]
        callTimeout = settings[\.sqlite.callTimeoutSeconds]
    }
}

extension Configuration.Worker {
    fileprivate init(_ settings: Settings) {
        count = settings[\.worker.count]
        batch = settings[\.worker.batch]
        instance = settings[\.worker.instance]
        let names = settings[\.worker.queues]
        queues = names == ["*"] ? nil : names.sorted()
        stateDirectory = settings[\.worker.stateDirectory]
        start = settings[\.worker.startSeconds]
        poll = settings[\.worker.pollSeconds]
        grace = settings[\.worker.graceSeconds]
        lease = settings[\.worker.leaseSeconds]
        heartbeat = settings[\.worker.heartbeatSeconds]
        sweep = settings[\.worker.sweepSeconds]
    }
}

extension Configuration.Pipeline {
    fileprivate init(_ settings: Settings) {
        requestTimeout = settings[\.pipeline.requestTimeoutSeconds]
        killGrace = settings[\.pipeline.killGraceSeconds]
        unserved = settings[\.pipeline.unservedSeconds]
    }
}

extension Configuration.Callback {
    fileprivate init(_ settings: Settings) {
        timeout = settings[\.callback.timeoutSeconds]
        connectTimeout = settings[\.callback.connectTimeoutSeconds]
        firstByteTimeout = settings[\.callback.firstByteTimeoutSeconds]
        concurrency = settings[\.callback.concurrency]
        perClient = settings[\.callback.perClient]
        perAddress = settings[\.callback.perAddress]
        perEndpoint = settings[\.callback.perEndpoint]
        pauses = settings[\.callback.retrySeconds].map { .seconds($0) }
        breakerFailures = settings[\.callback.breakerFailures]
        breakerPause = settings[\.callback.breakerSeconds]
        envelope = settings[\.callback.envelope]
        secret = settings[\.callback.secret]
        clientSecrets = settings[\.callback.clientSecrets]
        clientEndpoints = settings[\.callback.clientEndpoints]
        policy = settings[\.callback.policy]
        schemes = settings[\.callback.schemes]
        ports = settings[\.callback.ports]
        allowedNetworks = settings[\.callback.allowedNetworks]
        refusedNetworks = settings[\.callback.refusedNetworks]
        caFile = settings[\.callback.caFile]
        let sendsLegacy = settings[\.callback.legacy]
        legacyGrace = sendsLegacy ? settings[\.callback.legacyGraceSeconds] : nil
    }
}

extension Configuration.Traces {
    fileprivate init(_ settings: Settings) {
        endpoint = settings.path(\.traces.endpoint)
        ratio = Double(settings[\.traces.ratio])
        headers = settings[\.traces.headers]
        link = settings.path(\.traces.link)
    }
}

extension Configuration.Retention {
    fileprivate init(_ settings: Settings) {
        done = settings.limit(\.retention.doneDays)
        error = settings.limit(\.retention.errorDays)
        receipt = settings.limit(\.retention.receiptDays)
        batch = settings[\.retention.batch]
    }
}

extension Configuration.Log {
    fileprivate init(_ settings: Settings) {
        level = LogLevel(rawValue: settings[\.log.level]) ?? .info
        format = LogFormat(rawValue: settings[\.log.format]) ?? .auto
    }
}
