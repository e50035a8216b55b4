import ArgumentParser
import Testing

@testable import IXCommand
@testable import IXControl
@testable import IXDaemon

/// The lists by which a command typed at the wrong program is answered with the right one.
@Suite struct OtherProgramTests {
    private static func names(_ root: any ParsableCommand.Type) -> [String] {
        root.configuration.subcommands.flatMap {
            [$0.configuration.commandName ?? "?"] + $0.configuration.aliases
        }
    }

    @Test func `each program knows the commands and aliases of the other, and no more`() {
        #expect(OtherProgram.control.commands.sorted() == Self.names(IXCtl.self).sorted())
        #expect(OtherProgram.worker.commands.sorted() == Self.names(WorkerCommand.self).sorted())
    }
}
