package import FoundationEssentials
package import IXCore

/// `ExportHeader` is the first line of an export: the id and the mode of the export.
package struct ExportHeader: Sendable, Equatable {
    package enum Mode: String, Sendable {
        /// The export holds ended jobs, which also stay in their store.
        case copy
        /// The export holds all jobs of a store, and the jobs leave their store.
        case move
    }

    /// The version of the format. Version 2 has a line of settings behind the header, version 3 what jobs wait for, and keys of requests.
    package static let newest = 3
    /// The version of this export's file.
    package let version: Int
    /// The id of the export.
    package let exportID: UUID
    package let mode: Mode
    /// The address of the store, for messages to people.
    package let from: String
    /// The time of the export.
    package let at: String

    /// The client whose jobs the export holds; nil for all clients.
    package let clientID: String?

    package init(_ mode: Mode, of clientID: String? = nil, from: String) {
        version = Self.newest
        exportID = .random()
        self.mode = mode
        self.clientID = clientID
        self.from = from
        at = Date.now.formatted(.iso8601)
    }

    /// Reads a header that `line` returned.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        guard let version = try document.integer("ix_export"), (1...Self.newest).contains(version) else {
            throw InvalidInput("ix_export", "is a version that this program doesn't know")
        }
        self.version = version
        exportID = try document.required("id", try document.uuid("id"))
        guard let mode = try document.text("mode").flatMap(Mode.init) else {
            throw InvalidInput("mode", "is neither copy nor move")
        }
        self.mode = mode
        from = try document.text("from") ?? "an unnamed store"
        at = try document.text("at") ?? "an unknown time"
        clientID = try document.text("client_id")
    }

    /// The header as a line of JSON.
    package var line: String {
        let client = clientID.map { [("client_id", JSONPairs.literal($0))] } ?? []
        return JSONPairs(
            [
                ("ix_export", "\(version)"), ("id", JSONPairs.literal(exportID.uuidString.lowercased())),
                ("mode", JSONPairs.literal(mode.rawValue)), ("from", JSONPairs.literal(from)),
                ("at", JSONPairs.literal(at)),
            ] + client
        ).text + "\n"
    }
}
