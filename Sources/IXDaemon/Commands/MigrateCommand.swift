import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXPostgres
import IXSQLite
import IXStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to this program's schema, or back to the original table.",
        discussion: """
            On PostgreSQL: creates ix_jobs or adopts an existing one in place, losing nothing; safe from many hosts at once.
            The first program that opens the embedded file creates it or brings it up to date; up does only that.
            """.flowing)

    enum Direction: String, ExpressibleByArgument, CaseIterable { case up, down }

    @Argument(help: "up, or down: back to the original table; jobs and their original columns stay.")
    var direction = Direction.up

    @Flag(help: "Print the SQL instead of running it.")
    var showSql = false

    @Flag(help: "Print the SQL that creates roles with only the rights they need; for psql, after the migration.")
    var roles = false

    @Flag(help: "Go down even while daemons run.")
    var force = false

    @Flag(
        help: ArgumentHelp(
            "Go up, and then take away what only older daemons use.",
            discussion: "Refused while such a daemon holds a lease. No daemon of an older version starts afterwards."))
    var finish = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Go up, and build the index that other code on the table searches; or drop the index.",
            discussion: """
                For code that claims by status = 'pending' ORDER BY created_at. Each job costs the server about a tenth more while
                the index is there.
                """.flowing))
    var beside: Bool?

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard !finish || (direction == .up && !showSql) else {
            throw ValidationError("--finish goes with up, and not with --show-sql.")
        }
        guard beside == nil || (direction == .up && !showSql) else {
            throw ValidationError("--beside goes with up, and not with --show-sql.")
        }
    }

    func run() async throws {
        if roles { return print(PostgresMigrator.rolesScript) }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        // Printing PostgreSQL's SQL must work without a configured PostgreSQL.
        let isEmbedded = configuration.store == .sqlite && (configuration.isStoreNamed || !showSql)
        if isEmbedded { return try await migrateFile(configuration) }
        if showSql {
            return print(direction == .up ? PostgresMigrator.upScript : PostgresMigrator.downScript)
        }
        let migrator = PostgresMigrator(try configuration.checkedParameters("ix-worker migrate"))
        do {
            try await migrate(migrator)
        } catch let error as StoreError {
            throw Exit.code(for: error).saying(error.description)
        }
    }

    private func migrateFile(_ configuration: Configuration) async throws {
        guard direction == .up else {
            throw Exit.usage.saying(
                "the embedded store has no earlier schema to go back to; its file is \(configuration.sqlite.path)")
        }
        if showSql { return print(SQLiteStore.schemaScript) }
        guard beside == nil else {
            throw Exit.usage.saying("--beside is for PostgreSQL; no other code claims jobs of the embedded file")
        }
        let store = configuration.embeddedStore(calls: 1)
        do throws(StoreError) {
            _ = try await store.perform { try $0.get(.random()) }  // ignored: opening it is what was asked for
            print("\(configuration.sqlite.path) is at schema version \(SQLiteStore.schemaVersion).")
        } catch {
            throw Exit.code(for: error).saying(error.description)
        }
        await store.close()
    }

    private func migrate(_ migrator: PostgresMigrator) async throws {
        switch direction {
        case .up:
            say(try await migrator.up())
            if finish { say(finished: try await migrator.finish()) }
            if let beside, try await migrator.keepBeside(beside) {
                print(beside ? "Index built: ix_jobs_beside." : "Index dropped: ix_jobs_beside.")
            }
            for limp in try await migrator.limps() { StandardError.say("Warning: ix_jobs: \(PrintedText.safe(limp)).") }
        case .down:
            print(try await migrator.down(forced: force) ? "Back at the original table." : "Nothing to do.")
        }
    }

    private func say(_ changes: SchemaChanges) {
        if changes.isEmpty { print("Nothing to do: the schema is at version \(PostgresMigrator.newestVersion).") }
        if !changes.versions.isEmpty { print("Applied: \(list(changes.versions.map(String.init))).") }
        // Functions and indexes of a new schema go without saying.
        guard changes.versions.isEmpty else { return }
        if !changes.functions.isEmpty { print("Functions replaced: \(list(changes.functions)).") }
        if !changes.indexes.isEmpty { print("Indexes built: \(list(changes.indexes)).") }
    }

    private func say(finished versions: [Int]) {
        print(versions.isEmpty ? "Nothing to finish." : "Finished: \(list(versions.map(String.init))).")
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
