/// `SchemaChanges` lists the changes that a migration made.
package struct SchemaChanges: Sendable, Equatable {
    /// Applied migrations, in order.
    package var versions: [Int] = []
    /// Functions that were created or replaced.
    package var functions: [String] = []
    /// Indexes that were built.
    package var indexes: [String] = []

    /// True when the schema was up to date.
    package var isEmpty: Bool { self == SchemaChanges() }
}
