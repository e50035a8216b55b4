package import ArgumentParser
import CStart
import FoundationEssentials
import Glibc
import IXCore

/// `ProgramStart` frames the command of both programs: checks of the machine before the command, a check of the output
/// afterwards.
package enum ProgramStart {
    /// Runs the command of the command line. Ends the process when the command fails.
    ///
    /// Guarantees: a process that can't have `threads` threads, random numbers or /proc ends here, with a message and
    /// status 69. As the first process of a container, the program obeys TERM, INT, HUP and QUIT. Lost output is an
    /// error (status 74).
    /// Concurrency: runs on the main thread, because the main thread exists even when no further thread can be created.
    @MainActor
    package static func run<Root: AsyncParsableCommand>(
        _ root: Root.Type, threads: Int, beside other: OtherProgram
    ) async {
        if getpid() == 1 { ix_obey_signals() }
        if let lack = lackOfProc ?? KernelRandom.fault ?? lackOfThreads(threads) {
            exit(Exit.unavailable.saying(lack).rawValue)
        }
        await perform(root, other)
    }

    private nonisolated static func perform<Root: AsyncParsableCommand>(
        _ root: Root.Type, _ other: OtherProgram
    ) async {
        refuseMistyped(root, other)
        do {
            var command = try await root.asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            StandardOutput.endIfLost()
            guard root.exitCode(for: error) == .success else { root.exit(withError: error) }
            // Help, the version and completion scripts are printed here, so that a failed write is noticed.
            let text = root.fullMessage(for: error)
            if !text.isEmpty { Swift.print(text) }
        }
        StandardOutput.endIfLost()
        exit(EXIT_SUCCESS)
    }

    /// Ends the program with 64 for a word that is no command, but one of the other program or near to one. All other
    /// words are the parser's.
    private nonisolated static func refuseMistyped(_ root: any ParsableCommand.Type, _ other: OtherProgram) {
        var words = TypedWords.behindOptions(CommandLine.arguments.dropFirst())
        let help = words.first == "help" ? " help" : ""
        if !help.isEmpty { words.removeFirst() }
        var (command, path) = (root, (root.configuration.commandName ?? "") + help)
        for word in words {
            let commands = command.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-") else { return }
            if let next = commands.first(where: { $0.configuration.names.contains(word) }) {
                (command, path) = (next, "\(path) \(word)")
                continue
            }
            let names = commands.flatMap { $0.configuration.names } + ["help"]
            if command == root, !names.contains(word), other.commands.contains(word) {
                let typed = "`\(other.name)\(help) \(word)`"
                exit(Exit.usage.saying("'\(word)' is a command of \(other.name): \(typed)").rawValue)
            }
            guard !names.contains(word), let near = Suggestion.nearest(to: word, among: names) else { return }
            exit(Exit.usage.saying("'\(word)' is no command; did you mean `\(path) \(near)`?").rawValue)
        }
    }

    /// Returns a message when /proc is missing, or shows another process table. Without its own /proc, Swift can't read the
    /// command line, and libdispatch traps while counting its threads (`_dispatch_workq_monitor_pools`).
    private static var lackOfProc: String? {
        let mend = "mount -t proc proc /proc"
        guard access("/proc/self/task", R_OK | X_OK) == 0 else {
            return "/proc can't be read (\(String(cString: strerror(errno)))): \(mend)"
        }
        // ignored: a link that can't be read tells of no other table
        let process = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self")
        guard let process, pid_t(process) != getpid() else { return nil }
        return "/proc is that of another process table: \(mend)"
    }

    /// Returns a message when the threads can't be created. Without the threads, the runtime would wait forever without
    /// a message.
    private static func lackOfThreads(_ count: Int) -> String? {
        var made: Int32 = 0
        let code = ix_try_threads(Int32(count), &made)
        guard code != 0 else { return nil }
        let hint =
            code == EAGAIN
            ? "the limit of the user (RLIMIT_NPROC) or of the container (pids.max) on tasks is reached"
            : "the container denies new threads (clone3 must be allowed, or fail with ENOSYS)"
        return "only \(made) of the \(count) needed threads can be started: \(String(cString: strerror(code))); \(hint)"
    }
}

extension CommandConfiguration {
    /// The names under which the command is found.
    fileprivate var names: [String] { (commandName.map { [$0] } ?? []) + aliases }
}
