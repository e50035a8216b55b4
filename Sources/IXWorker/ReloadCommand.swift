import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConfig

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have a running daemon read its configuration again, and say whether it took it on.",
        discussion: """
            Sends HUP and waits for the daemon's answer. The unit's ExecReload= runs it, so that `systemctl reload ix-worker`
            fails where the daemon refuses; for a service use that. Exit codes: 0 the configuration is in force; 78 it was
            refused, each fault has a line, and the old one is in force; 69 no daemon answered.
            """)

    @Argument(help: "The daemon's process number (default: the variable MAINPID, which systemd sets).")
    var pid: Int32?

    @OptionGroup var options: ConfigurationOptions

    /// A reload takes milliseconds; a manager's own limit for it (TimeoutStartSec=) is longer.
    private static let limit = Duration.seconds(20)

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let daemon = pid ?? environment["MAINPID"].flatMap(Int32.init), daemon > 0 else {
            throw Exit.usage.saying("which daemon? Its process number is missing (for a service: systemctl reload)")
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
        case .gone: throw Exit.unavailable.saying("process \(daemon) can't be asked, or it ended")
        case .silent:
            throw Exit.unavailable.saying("process \(daemon) gave no answer within 20 s; its log says what it does")
        }
    }
}
