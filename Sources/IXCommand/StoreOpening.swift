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

    /// The configured store, connecting at its first call; `callTimeout` in place of the configured one.
    public func openStore(
        _ application: String, connections: Int, callTimeout: Duration? = nil
    ) -> any JobStore {
        var parameters = connectionParameters(application)
        if let callTimeout { parameters.callTimeout = callTimeout }
        return PostgresStore(parameters, connections: connections)
    }
}
