import ArgumentParser
import FoundationEssentials
import IXFuzz
import IXTestSupport

@main
struct FuzzCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ix-fuzz",
        abstract: "Reads many mutated inputs as the product does, and says what crashes or contradicts itself.",
        discussion: """
            An input has a kind, a seed and a number, and is the same again for the same three; --show prints one. Exit codes: 0 nothing
            was found, 1 something was.
            """)

    @Option(help: "Inputs in all, over the kinds by what they cost.")
    var inputs = 100_000

    @Option(help: "For the same inputs again.")
    var seed = UInt64.random(in: 1...999_999)

    @Option(help: "What is read, separated by commas; all of it when left out.")
    var kinds = FuzzKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Readers at a time.")
    var readers = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Inputs that are compared with PostgreSQL and the embedded file; 0: none.")
    var compared = 0

    @Option(help: "Print the input of this number instead, of one kind.")
    var show: Int?

    func run() async throws {
        let names = kinds.split(separator: ",").map(String.init)
        let wanted = names.compactMap(FuzzKind.init)
        guard wanted.count == names.count, inputs > 0 else {
            throw ValidationError("--kinds are \(FuzzKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        if let show, let kind = wanted.first {
            return print(String(decoding: Fuzz(kind, seed: seed, count: 1).input(show), as: UTF8.self))
        }
        print("seed \(seed)")
        var isGood = true
        for (kind, count) in Fuzz.shares(of: inputs, wanted) {
            let result = Fuzz(kind, seed: seed, count: count, readers: readers).run()
            print(
                "\(kind.rawValue): \(result.count) inputs, \(result.bytes >> 20) MiB, \(result.rate)/s, \(result.faults.count) faults"
            )
            for fault in result.faults { print("! \(fault)") }
            isGood = isGood && result.faults.isEmpty
        }
        if compared > 0 { isGood = try await compare() && isGood }
        if !isGood { throw ExitCode(1) }
    }

    private func compare() async throws -> Bool {
        try await TestDatabase.with { database in
            try await TestFile.with { file in
                let result = try await StoreAgreement(seed: seed, count: compared).run(database, file)
                print(
                    "stores: \(result.compared) inputs (\(result.taken) documents taken) in \(Int(result.seconds)) s, "
                        + "\(result.differences.count) differences")
                for difference in result.differences { print("! \(difference)") }
                return result.differences.isEmpty
            }
        }
    }
}
