import ArgumentParser
import FoundationEssentials
import IXCommand
import IXPostgres
import IXStore

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to this program's schema, or back to the original table.",
        discussion: "Creates ix_jobs or adopts an existing one in place, losing nothing; safe from many hosts at once.")

    enum Direction: String, ExpressibleByArgument, CaseIterable { case up, down }

    @Argument(help: "up, or down: back to the original table; jobs and their original columns stay.")
    var direction = Direction.up

    @Flag(help: "Print the SQL instead of running it.")
    var showSql = false

    @Flag(help: "Go down even while workers run.")
    var force = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if showSql {
            return print(direction == .up ? PostgresMigrator.upScript : PostgresMigrator.downScript)
        }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let migrator = PostgresMigrator(try configuration.checkedParameters("ix-worker migrate"))
        do {
            try await migrate(migrator)
        } catch let error as StoreError {
            throw Exit.code(for: error).saying(error.description)
        }
    }

    private func migrate(_ migrator: PostgresMigrator) async throws {
        switch direction {
        case .up:
            let applied = try await migrator.up()
            let list = applied.map(String.init).joined(separator: ", ")
            print(
                applied.isEmpty
                    ? "Nothing to do: the schema is at version \(PostgresMigrator.newestVersion)." : "Applied: \(list)."
            )
        case .down:
            print(try await migrator.down(forced: force) ? "Back at the original table." : "Nothing to do.")
        }
    }
}
