import ArgumentParser
import Foundation
import IXHistory
import IXStorm

@main
struct StormCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ix-storm",
        abstract: "Does to real daemons on a real PostgreSQL what can be done, and looks for every job afterwards.",
        discussion: "Exit codes: 0 no promise was broken, 1 some were; the evidence stays in the folder.")

    @Option(help: "How long it rages; the drain comes on top.")
    var seconds = 60

    @Option(help: "For the same luck again.")
    var seed = UInt64.random(in: 1...999_999)

    @Option(help: "What is done, separated by commas; all of it when left out.")
    var kinds = Fault.Kind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "one, synchronous or asynchronous: a server that crashes, or a primary whose standby takes over.")
    var servers: StormSettings.Servers = .one

    @Flag(help: "Only check the evidence that lies in the folder.")
    var check = false

    @Argument(help: "Where the evidence goes; a new folder below the temporary one when left out.")
    var folder = FileManager.default.temporaryDirectory.path + "/ix-storm-\(getpid())"

    func run() async throws {
        if check { return try end(HistoryCheck(try History(folder: folder)), isGood: true) }
        let names = kinds.split(separator: ",").map(String.init)
        let wanted = Set(names.compactMap(Fault.Kind.init))
        guard wanted.count == Set(names).count, seconds > 0 else {
            throw ValidationError("--kinds are \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let settings = StormSettings(duration: .seconds(seconds), seed: seed, kinds: wanted, servers: servers)
        print("storm of \(seconds) s, seed \(seed), evidence in \(folder)")
        let result = try await Storm(settings, folder: folder).run()
        print(result.text)
        try end(result.check, isGood: result.isGood)
    }

    private func end(_ check: HistoryCheck, isGood: Bool) throws {
        if self.check { print("\(check.figures.jobs) jobs, \(check.violations.count) violations") }
        for violation in check.violations.prefix(50) { print("!", violation) }
        if check.violations.count > 50 { print("! and \(check.violations.count - 50) more") }
        if !isGood || !check.violations.isEmpty { throw ExitCode(1) }
    }
}

extension StormSettings.Servers: ExpressibleByArgument {}
