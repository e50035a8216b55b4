public import IXConfig
public import IXPostgres
public import IXStore

extension Configuration {
    /// How to reach the configured database, named `application` in its list of sessions.
    public func connectionParameters(_ application: String, url: String? = nil) -> ConnectionParameters {
        ConnectionParameters(
            url: url ?? postgres.url.text, applicationName: application, connectTimeout: postgres.connectTimeout,
            callTimeout: postgres.callTimeout, isPrepared: postgres.prepared)
    }

    /// The configured store, connecting at its first call.
    public func openStore(_ application: String, connections: Int) -> any JobStore {
        PostgresStore(connectionParameters(application), connections: connections)
    }
}
