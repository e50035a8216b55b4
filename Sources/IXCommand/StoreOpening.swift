public import IXConfig
import IXCore
public import IXPostgres
public import IXStore

extension Configuration {
    /// How to reach the configured database, named `application` in its list of sessions.
    public func connectionParameters(_ application: String, url: String? = nil) -> ConnectionParameters {
        ConnectionParameters(
            url: url ?? postgres.url.text, applicationName: application, connectTimeout: postgres.connectTimeout,
            callTimeout: postgres.callTimeout, isPrepared: postgres.prepared)
    }

    /// The configured store, connecting at its first call; `callTimeout` in place of the configured one. Ends the program
    /// with 78 when none is configured, or its address can't be read.
    public func openStore(
        _ application: String, connections: Int, callTimeout: Duration? = nil
    ) throws -> any JobStore {
        var parameters = try checkedParameters(application)
        if let callTimeout { parameters.callTimeout = callTimeout }
        return PostgresStore(parameters, connections: connections)
    }

    /// The same for those who speak to the database itself.
    public func checkedParameters(_ application: String) throws -> ConnectionParameters {
        guard store == .postgres else {
            throw Exit.configuration.saying(
                "no database is configured: set IX_POSTGRES_URL or [postgres] url; [store] kind = \"postgres\" for libpq's "
                    + "own defaults (PG* variables)")
        }
        let parameters = connectionParameters(application)
        do { try parameters.checkAddress() } catch { throw Exit.configuration.saying(error.description) }
        if let listen = postgres.listenURL {
            do { try connectionParameters(application, url: listen.text).checkAddress() } catch {
                throw Exit.configuration.saying(InvalidInput("postgres.listen_url", error.reason).description)
            }
        }
        return parameters
    }
}
