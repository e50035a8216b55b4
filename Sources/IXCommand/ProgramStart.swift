public import ArgumentParser
import CStart
import Glibc
import IXCore

/// The frame of both programs around a command: what the machine has to give is looked at before, what was printed after it.
public enum ProgramStart {
    /// Runs what the command line says, and ends the process when that failed.
    ///
    /// Guarantees: a process that can't have `threads` threads, random numbers or /proc ends here, with a sentence and 69. As the
    /// first process of a container it obeys TERM, INT, HUP and QUIT. Output that was lost is an error (74).
    /// Concurrency: on the main thread, which is there however few others can be had.
    @MainActor
    public static func run<Root: AsyncParsableCommand>(_ root: Root.Type, threads: Int) async {
        if getpid() == 1 { ix_obey_signals() }
        if let lack = lackOfProc ?? KernelRandom.fault ?? lackOfThreads(threads) {
            exit(Exit.unavailable.saying(lack).rawValue)
        }
        await perform(root)
    }

    private nonisolated static func perform<Root: AsyncParsableCommand>(_ root: Root.Type) async {
        do {
            var command = try root.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            StandardOutput.endIfLost()
            guard root.exitCode(for: error) == .success else { root.exit(withError: error) }
            // Help, a version, a script for a shell: printed here, so that it is known whether it arrived.
            let text = root.fullMessage(for: error)
            if !text.isEmpty { Swift.print(text) }
        }
        StandardOutput.endIfLost()
        exit(EXIT_SUCCESS)
    }

    /// Without it Swift knows no words of the command line, and libdispatch traps when it counts its threads
    /// (`_dispatch_workq_monitor_pools`).
    private static var lackOfProc: String? {
        access("/proc/self/task", R_OK | X_OK) == 0
            ? nil : "/proc can't be read (\(String(cString: strerror(errno)))): mount -t proc proc /proc"
    }

    /// Without them the runtime waits for ever, and says nothing.
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
