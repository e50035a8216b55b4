import CLibPQ
import Glibc

extension PostgresLink {
    /// Connects; the parameters' time limit holds for each host that the address names, so that one that says nothing
    /// doesn't keep us from the next. libpq does that only when it may block, which it may here.
    static func connect(_ parameters: ConnectionParameters) throws(PostgresError) -> PostgresLink {
        let pairs = parameters.keywords
        let keys = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer { (keys + values).forEach { free($0) } }
        let handle = (keys.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keys in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectdbParams(keys.baseAddress, values.baseAddress, 1)
            }
        }
        guard let handle else { throw PostgresError(kind: .connection, message: "out of memory") }
        let link = PostgresLink(handle: handle, isPrepared: parameters.isPrepared)
        // libpq prints notices on stderr; nothing of ours asks for them.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        guard PQstatus(handle) == CONNECTION_OK else { throw link.failure() }
        guard PQsetnonblocking(handle, 1) == 0 else { throw link.failure() }
        return link
    }
}
