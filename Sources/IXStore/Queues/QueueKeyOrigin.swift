package import IXCore

/// `QueueKeyOrigin` is the configuration file that sets a key of a queue.
package struct QueueKeyOrigin: Sendable, Equatable, CustomStringConvertible {
    /// The path on the host.
    package let file: String
    /// The daemon that entered the key.
    package let host: String
    package let instance: String

    /// Creates an origin.
    package init(file: String, host: String, instance: String) {
        (self.file, self.host, self.instance) = (file, host, instance)
    }

    /// Creates an origin from a JSON object of the store; nil for anything else.
    package init?(_ object: JSONDocument?) {
        guard let file = object?["file"]?.string, let host = object?["host"]?.string,
            let instance = object?["instance"]?.string
        else { return nil }
        self.init(file: file, host: host, instance: instance)
    }

    /// Creates an origin from a text of the store; nil for anything else than a JSON object with the members.
    package init?(json: String?) {
        guard let json, let origin = Self.all("{\"origin\":\(json)}")["origin"] else { return nil }
        self = origin
    }

    /// Reads the origins by key from a JSON object of the store. A member that can't be read is left out.
    package static func all(_ json: String) -> [String: QueueKeyOrigin] {
        // ignored: an object that another program wrote in another form counts as none
        guard let document = try? JSONDocument(json.utf8, field: "file_keys", limit: Limits.requestBytes) else {
            return [:]
        }
        let pairs = document.names.compactMap { key in QueueKeyOrigin(document[key]?.object).map { (key, $0) } }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The origin as a JSON object.
    package var json: String {
        JSONPairs([
            ("file", JSONPairs.literal(file)), ("host", JSONPairs.literal(host)),
            ("instance", JSONPairs.literal(instance)),
        ]).text
    }

    /// The file and its host: `/etc/ix-worker/ix-worker.toml of host b`.
    package var description: String { "\(file) of host \(host)" }
}
