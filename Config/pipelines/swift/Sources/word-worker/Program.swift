import IXDaemon
import WordPipelines

@main
enum Program {
    static func main() async { await WorkerProgram.main(pipelines: ["word-count": WordCount()]) }
}
