package import FoundationEssentials
package import IXCore

/// The first line of an export: which one it is, and what it may do.
package struct ExportHeader: Sendable, Equatable {
    package enum Mode: String, Sendable {
        /// History: jobs that have ended, which stay where they are as well.
        case copy
        /// All jobs, which leave their store for the file.
        case move
    }

    package let exportID: UUID
    package let mode: Mode
    /// For people.
    package let from: String
    package let at: String

    package init(_ mode: Mode, from: String) {
        exportID = .random()
        self.mode = mode
        self.from = from
        at = Date.now.formatted(.iso8601)
    }

    /// Reads what `line` wrote.
    package init(_ document: JSONDocument) throws(InvalidInput) {
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

    package var line: String {
        JSONPairs([
            ("ix_export", "1"), ("id", JSONPairs.literal(exportID.uuidString.lowercased())),
            ("mode", JSONPairs.literal(mode.rawValue)), ("from", JSONPairs.literal(from)),
            ("at", JSONPairs.literal(at)),
        ]).text + "\n"
    }
}
