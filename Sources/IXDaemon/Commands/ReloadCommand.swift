import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConfig

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Make a running daemon read its configuration again, and say whether the daemon accepted it.",
        discussion: """
            Sends HUP and waits for the daemon's answer. For a service use `systemctl reload ix-worker`: the unit's
            ExecReload= runs this command, so that the reload fails where the daemon refuses.
            Exit codes: 0 the new
            configuration is in force; 78 the daemon refused it, each fault has a line, and the old configuration is in
            force; 69 no daemon answered.
            """.flowing)

    @Argument(help: "The daemon's process number (default: the variable MAINPID, which systemd sets).")
    var pid: Int32?

    @OptionGroup var options: ConfigurationOptions

    /// A reload takes milliseconds; a manager's own limit for it (TimeoutStartSec=) is longer.
    private static let limit = Duration.seconds(20)

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let daemon = pid ?? environment["MAINPID"].flatMap(Int32.init), daemon > 0 else {
            throw Exit.usage.saying("the daemon's process number is missing (for a service use systemctl reload)")
        }
        let folder = try Reload.folder(environment) {
            try options.load(environment: environment, asService: false).worker.stateDirectory
        }
        guard kill(daemon, 0) == 0 || errno == EPERM else {
            throw Exit.unavailable.saying("there is no process \(daemon)")
        }
        guard let call = ReloadCall(of: daemon, in: folder) else {
            throw Exit.unavailable.saying("\(folder): \(String(cString: strerror(errno)))")
        }
        switch call.answer(within: Self.limit) {
        case .taken: return
        case .refused(let faults):
            for fault in faults { StandardError.say("ix-worker: \(fault)") }
            throw Exit.configuration.saying("the reload was refused; the old configuration is in force")
        case .gone: throw Exit.unavailable.saying("process \(daemon) can't be signalled, or it ended")
        case .silent:
            throw Exit.unavailable.saying("process \(daemon) gave no answer within 20 s; see the daemon's log")
        }
    }
}
