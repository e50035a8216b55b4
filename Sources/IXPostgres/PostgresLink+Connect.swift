import CLibPQ
import Glibc

extension PostgresLink {
    /// Connects; the parameters' time limit holds for each host that the address names, so that one that says nothing
    /// doesn't keep us from the next. libpq does that only when it may block, which it may here.
    ///
    /// From a host that takes the connection and hangs up without a word, as a proxy does whose server is gone, libpq
    /// itself doesn't go on to the next; we do.
    static func connect(_ parameters: ConnectionParameters) throws(PostgresError) -> PostgresLink {
        var narrowed: [(String, String)] = []
        while true {
            let link = try dial(parameters.keywords() + narrowed, isPrepared: parameters.isPrepared)
            guard PQstatus(link.handle) != CONNECTION_OK else { return try link.made() }
            let failure = link.failure()
            // What a server says holds for all of them: a password, a name.
            guard !failure.message.contains("FATAL:"), let rest = HostList(link.handle).rest else { throw failure }
            narrowed = rest
        }
    }

    private static func dial(
        _ pairs: [(String, String)], isPrepared: Bool
    ) throws(PostgresError) -> PostgresLink {
        let keys = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer { (keys + values).forEach { free($0) } }
        let handle = (keys.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keys in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectdbParams(keys.baseAddress, values.baseAddress, 1)
            }
        }
        guard let handle else { throw PostgresError(kind: .connection, message: "out of memory") }
        return PostgresLink(handle: handle, isPrepared: isPrepared)
    }

    private func made() throws(PostgresError) -> PostgresLink {
        // libpq prints notices on stderr; nothing of ours asks for them.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        guard PQsetnonblocking(handle, 1) == 0 else { throw failure() }
        return self
    }
}
