/// `SchemaChanges` lists the changes that a migration made.
public struct SchemaChanges: Sendable, Equatable {
    /// Applied migrations, in order.
    public var versions: [Int] = []
    /// Functions that were created or replaced.
    public var functions: [String] = []
    /// Indexes that were built.
    public var indexes: [String] = []

    /// True when the schema was up to date.
    public var isEmpty: Bool { self == SchemaChanges() }
}
