/// `SchemaPlan` compares the schema that a program knows with the schema in a store. The plan is pure, and both stores
/// follow it.
///
/// A schema consists of numbered migrations, and of objects (functions, triggers, views) that are applied again when
/// their text changes. A daemon's own number is the newest migration that it knows.
package struct SchemaPlan: Sendable {
    /// A migration of the program.
    package struct Step: Sendable, Equatable {
        package let version: Int
        package let checksum: String
        /// The oldest daemon that may run on the schema after this migration.
        package let oldestDaemon: Int
        /// True when the migration has a second part, which takes away what only older daemons use.
        package let hasFinish: Bool

        package init(version: Int, checksum: String, oldestDaemon: Int, hasFinish: Bool = false) {
            (self.version, self.checksum) = (version, checksum)
            (self.oldestDaemon, self.hasFinish) = (oldestDaemon, hasFinish)
        }
    }

    /// A migration as the store's notes have it.
    package struct Applied: Sendable, Equatable {
        package let version: Int
        package let checksum: String
        package let oldestDaemon: Int
        package let isFinished: Bool

        package init(version: Int, checksum: String, oldestDaemon: Int, isFinished: Bool = false) {
            (self.version, self.checksum) = (version, checksum)
            (self.oldestDaemon, self.isFinished) = (oldestDaemon, isFinished)
        }
    }

    private let known: [Step]
    private let applied: [Applied]
    /// The store in messages: `the database`, `the file`.
    private let place: String

    package init(known: [Step], applied: [Applied], place: String) {
        (self.known, self.applied, self.place) = (known, applied, place)
    }

    private var newestKnown: Int { known.map(\.version).max() ?? 0 }
    /// The store's version; 0 without a schema.
    package var version: Int { applied.map(\.version).max() ?? 0 }
    /// The oldest daemon that the store's schema serves.
    package var oldestDaemon: Int { applied.map(\.oldestDaemon).max() ?? 0 }
    /// True when a newer program has migrated the store.
    package var isNewer: Bool { version > newestKnown }

    /// Returns the migrations that the store lacks. Throws when this program must not change the schema.
    package func missing() throws(StoreError) -> [Step] {
        guard !isNewer else {
            throw refusal(
                "\(place) has schema version \(version), newer than \(newestKnown), the newest this program knows"
            )
        }
        try checkChecksums()
        let versions = Set(applied.map(\.version))
        return known.filter { !versions.contains($0.version) }
    }

    /// Returns the migrations of which the second part has to be run. Throws when the first part of one is missing.
    package func unfinished() throws(StoreError) -> [Step] {
        guard try missing().isEmpty else {
            throw refusal("\(place) lacks migrations that `ix-worker migrate` has to apply first")
        }
        let finished = Set(applied.filter(\.isFinished).map(\.version))
        return known.filter { $0.hasFinish && !finished.contains($0.version) }
    }

    /// Throws unless a daemon of this program may run on the schema: every migration of the program is applied, and a
    /// newer schema still serves the program.
    package func checkStart() throws(StoreError) {
        try checkChecksums()
        guard version >= newestKnown else {
            throw refusal(
                "\(place) has schema version \(version), this program needs \(newestKnown): run `ix-worker migrate`")
        }
        guard oldestDaemon <= newestKnown else {
            throw refusal(
                "\(place) has schema version \(version), which serves daemons from version \(oldestDaemon) on, "
                    + "and this program's version is \(newestKnown): install a newer ix-worker")
        }
    }

    private func checkChecksums() throws(StoreError) {
        let checksums = Dictionary(applied.map { ($0.version, $0.checksum) }) { first, _ in first }
        for step in known {
            guard let checksum = checksums[step.version], checksum != step.checksum else { continue }
            throw refusal("migration \(step.version) in \(place) differs from this program's migration")
        }
    }

    private func refusal(_ message: String) -> StoreError {
        StoreError(.schema, operation: "migrate", message: message)
    }

    /// Returns the checksum of a text, comments included: FNV-1a, 64 bits.
    package static func checksum(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
