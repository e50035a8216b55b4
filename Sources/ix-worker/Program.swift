import IXDaemon

@main
enum Program {
    static func main() async { await WorkerProgram.main() }
}
