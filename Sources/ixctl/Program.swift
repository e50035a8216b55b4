import IXControl

@main
enum Program {
    static func main() async { await ControlProgram.main() }
}
