import IXWorker

@main
enum Program {
    static func main() async { await WorkerProgram.main() }
}
