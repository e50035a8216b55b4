import IXControl
import IXDaemon

/// One program under two names: a link of the name `ixctl` to it is `ixctl`. Both are mostly the same code.
@main
enum Program {
    static func main() async {
        let name = CommandLine.arguments.first?.split(separator: "/").last
        if name == "ixctl" { await ControlProgram.main() } else { await WorkerProgram.main() }
    }
}
