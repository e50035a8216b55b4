public import IXConfig
import IXCore
public import IXPostgres
public import IXSQLite
public import IXStore

extension Configuration {
    /// How to reach the configured PostgreSQL, named `application` in its list of sessions.
    public func connectionParameters(_ application: String, url: String? = nil) -> ConnectionParameters {
        var parameters = ConnectionParameters(
            url: url ?? postgres.url.text, applicationName: application, connectTimeout: postgres.connectTimeout,
            callTimeout: postgres.callTimeout, isPrepared: postgres.prepared,
            passwords: PasswordSource(file: postgres.passwordFile, passfile: postgres.passfile))
        parameters.user = ServiceView.userTaken
        return parameters
    }

    /// The embedded file, opened at the first call; `calls` may be under way at a time.
    public func embeddedStore(calls: Int, callTimeout: Duration? = nil) -> SQLiteStore {
        SQLiteStore(path: sqlite.path, sessions: calls, callTimeout: callTimeout ?? sqlite.callTimeout)
    }

    /// The configured store for a tool, connecting at its first call; `callTimeout` in place of the configured one. Says
    /// on standard error which store it is when nobody named one. Ends the program with 78 when an address can't be read.
    public func openStore(
        _ application: String, connections: Int, callTimeout: Duration? = nil
    ) throws -> any JobStore {
        switch store {
        case .sqlite:
            if !isStoreNamed { StandardError.say("\(application): \(storeName); no PostgreSQL is configured") }
            return embeddedStore(calls: connections, callTimeout: callTimeout)
        case .postgres:
            var parameters = try checkedParameters(application)
            if let callTimeout { parameters.callTimeout = callTimeout }
            return PostgresStore(parameters, connections: connections)
        }
    }

    /// Which store it is, for people; no secret in it.
    public var storeName: String {
        switch store {
        case .sqlite: "the embedded store \(sqlite.path)"
        case .postgres: connectionParameters("").place
        }
    }

    /// The same for those who speak to PostgreSQL itself.
    public func checkedParameters(_ application: String) throws -> ConnectionParameters {
        let parameters = connectionParameters(application)
        do {
            try parameters.checkAddress()
            try parameters.passwords.check()
        } catch { throw Exit.configuration.saying(error.description) }
        if let listen = postgres.listenURL {
            do { try connectionParameters(application, url: listen.text).checkAddress() } catch {
                throw Exit.configuration.saying(InvalidInput("postgres.listen_url", error.reason).description)
            }
        }
        return parameters
    }
}
