import CLibPQ

/// The hosts of an address, as libpq has read them, and the host that libpq tried last.
struct HostList {
    private let lists: [(key: String, values: [String])]
    private let tried: Int?

    init(_ handle: OpaquePointer) {
        var found: [(key: String, values: [String])] = []
        let options = PQconninfo(handle)
        defer { PQconninfoFree(options) }
        var option = options
        while let current = option?.pointee, let keyword = current.keyword {
            let key = String(cString: keyword)
            if ["host", "hostaddr", "port"].contains(key), let value = current.val {
                let values = String(cString: value).split(separator: ",", omittingEmptySubsequences: false)
                found.append((key, values.map(String.init)))
            }
            option = option.map { $0 + 1 }
        }
        lists = found
        tried = Self.index(of: handle, in: found)
    }

    /// The keywords for the hosts behind the last tried host; nil when no host is left.
    var rest: [(String, String)]? {
        guard let tried, let count = lists.map(\.values.count).max(), tried + 1 < count else { return nil }
        return lists.map { key, values in
            // A single port is every host's.
            (key, values.count == 1 ? values[0] : values.dropFirst(tried + 1).joined(separator: ","))
        }
    }

    private static func index(of handle: OpaquePointer, in lists: [(key: String, values: [String])]) -> Int? {
        let (host, port) = (PQhost(handle).map { String(cString: $0) }, PQport(handle).map { String(cString: $0) })
        let hosts = lists.first { $0.key == "host" }?.values ?? lists.first { $0.key == "hostaddr" }?.values ?? []
        let ports = lists.first { $0.key == "port" }?.values ?? []
        return hosts.indices.first { index in
            hosts[index] == host && (ports.count <= 1 || ports.indices.contains(index) && ports[index] == port)
        }
    }
}
