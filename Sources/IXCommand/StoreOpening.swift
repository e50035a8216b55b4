package import IXConfig
import IXCore
package import IXPostgres
package import IXSQLite
package import IXStore
package import IXTelemetry

extension Configuration {
    /// Returns the parameters of a connection to the configured PostgreSQL; the server's session list shows the name
    /// `application`.
    package func connectionParameters(_ application: String, url: String? = nil) -> ConnectionParameters {
        var parameters = ConnectionParameters(
            url: url ?? postgres.url.text, applicationName: application, connectTimeout: postgres.connectTimeout,
            callTimeout: postgres.callTimeout, isPrepared: postgres.prepared,
            passwords: PasswordSource(file: postgres.passwordFile, passfile: postgres.passfile))
        parameters.user = ServiceView.userTaken
        return parameters
    }

    /// Returns the store of the embedded file, opened at the first call. At most `calls` calls run at once.
    package func embeddedStore(
        calls: Int, callTimeout: Duration? = nil, meters: StoreMeters? = nil
    ) -> SQLiteStore {
        SQLiteStore(path: sqlite.path, sessions: calls, callTimeout: callTimeout ?? sqlite.callTimeout, meters: meters)
    }

    /// Returns the configured store for a tool; the store connects at its first call. `callTimeout` replaces the
    /// configured time.
    ///
    /// Unless `isSilent`, the store that no configuration names is printed on standard error; a command that only shows
    /// jobs (`isReading`) prints it in front of its first message, such as that nothing was found. Failure: ends the program
    /// with exit code 78 when an address can't be read.
    package func openStore(
        _ application: String, connections: Int, callTimeout: Duration? = nil, isSilent: Bool = false,
        isReading: Bool = false
    ) throws -> any JobStore {
        switch store {
        case .sqlite:
            if !isStoreNamed, !isSilent {
                let text = "\(application): \(storeName); no PostgreSQL is configured"
                isReading ? StandardError.sayFirst(text) : StandardError.say(text)
            }
            return embeddedStore(calls: connections, callTimeout: callTimeout)
        case .postgres:
            var parameters = try checkedParameters(application)
            if let callTimeout { parameters.callTimeout = callTimeout }
            return PostgresStore(parameters, connections: connections, upkeep: upkeep)
        }
    }

    /// The times of PostgreSQL's own upkeep. A legacy worker's row counts as an orphan after twice the longest run.
    package var upkeep: PostgresUpkeep {
        PostgresUpkeep(
            unleasedAfter: pipeline.requestTimeout * 2, legacyGrace: callback.legacyGrace,
            xminHorizonWarning: postgres.xminHorizonWarning)
    }

    /// The store's name for people, without secrets.
    package var storeName: String {
        switch store {
        case .sqlite: "the embedded store \(sqlite.path)"
        case .postgres: connectionParameters("").location
        }
    }

    /// Returns the parameters of the connection for callers that use PostgreSQL directly, after checking addresses and
    /// password files. Failure: ends the program with exit code 78.
    package func checkedParameters(_ application: String) throws -> ConnectionParameters {
        let parameters = connectionParameters(application)
        do {
            try parameters.checkAddress()
            try parameters.passwords.check()
        } catch { throw Exit.configuration.saying(error.description) }
        for (key, address) in [("listen_url", postgres.listenURL), ("read_url", postgres.readURL)] {
            guard let address else { continue }
            do { try connectionParameters(application, url: address.text).checkAddress() } catch {
                throw Exit.configuration.saying(InvalidInput("postgres.\(key)", error.reason).description)
            }
        }
        return parameters
    }

    /// Returns the parameters of a connection to the standby that answers reads; nil where none is configured.
    ///
    /// The time limits are short, because a read that the standby doesn't answer goes to the primary within its own limit.
    package func standbyParameters(_ application: String) -> ConnectionParameters? {
        guard let address = postgres.readURL else { return nil }
        var parameters = connectionParameters(application, url: address.text)
        parameters.leadsToStandby = true
        parameters.connectTimeout = min(parameters.connectTimeout, .seconds(2))
        parameters.callTimeout = parameters.callTimeout / 2
        return parameters
    }
}
