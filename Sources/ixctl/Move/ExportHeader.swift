import FoundationEssentials
import IXCore

/// The first line of an export: its id, and its mode.
struct ExportHeader: Sendable, Equatable {
    enum Mode: String, Sendable {
        /// A copy of ended jobs, which also stay in their store.
        case copy
        /// All jobs, which leave their store for the file.
        case move
    }

    let exportID: UUID
    let mode: Mode
    /// The name of the store, for messages.
    let from: String
    /// The time of the export, for messages.
    let at: String

    init(_ mode: Mode, from: String) {
        exportID = .random()
        self.mode = mode
        self.from = from
        at = Date.now.formatted(.iso8601)
    }

    /// Reads a header from the object written by `line`.
    init(_ document: JSONDocument) throws(InvalidInput) {
        guard try document.integer("ix_export") == 1 else {
            throw InvalidInput("ix_export", "is a version that this program doesn't know")
        }
        exportID = try document.required("id", try document.uuid("id"))
        guard let mode = try document.text("mode").flatMap(Mode.init) else {
            throw InvalidInput("mode", "is neither copy nor move")
        }
        self.mode = mode
        from = try document.text("from") ?? "an unnamed store"
        at = try document.text("at") ?? "an unknown time"
    }

    var line: String {
        JSONPairs([
            ("ix_export", "1"), ("id", JSONPairs.literal(exportID.uuidString.lowercased())),
            ("mode", JSONPairs.literal(mode.rawValue)), ("from", JSONPairs.literal(from)),
            ("at", JSONPairs.literal(at)),
        ]).text + "\n"
    }
}
