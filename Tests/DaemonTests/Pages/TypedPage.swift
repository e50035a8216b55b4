import IXTestSupport
import Testing

/// A page whose blocks are typed as they stand there: bash is typed, text is what the block before printed.
///
/// Blocks in sh need root or a build, and are typed by `make deb`, `make dist`, `make image` and the package's tests.
struct TypedPage {
    let path: String
    /// Texts of the page, each with the text that stands for it in this test: ports and addresses.
    let replacements: [(String, String)]
    /// Variables of the terminals in which daemons run.
    var variables: [String: String] = [:]

    /// Types the page into the terminals of a fresh home, and compares what each block prints with the page.
    func type() async throws {
        let home = try Scratch.directory()
        let environment = try environment(home)
        let terminal = try PageTerminal(home: home, environment: environment)
        var screens: [Int: PageScreen] = [:]
        var folders: [Int: String] = [:]
        var printed: [String] = []
        for block in try PageBlock.all(of: path) {
            let text = replaced(block)
            switch (block.language, block.terminal) {
            case ("bash", 2):
                let (lines, status) = try await terminal.type(text)
                #expect(status == "0", "\(text)\n\(lines)")
                printed = lines
            case ("bash", let number):
                try await screens.removeValue(forKey: number)?.interrupt()
                guard !text.isEmpty else { break }
                let screen = try PageScreen(
                    text, folder: folders[number] ?? home, environment: environment.merging(variables) { $1 })
                try await screen.settle()
                screens[number] = screen
                if text.hasPrefix("cd queue") { folders[number] = home + "/queue" }
            case ("text", _):
                if text.hasPrefix("listening on") { printed = try await screens.removeValue(forKey: 3)?.end() ?? [] }
                let all = printed.joined(separator: "\n")
                #expect(PageOutput(text).isBeginning(of: printed), "\(text)\n--- printed:\n\(all)")
            default: break
            }
        }
        for screen in screens.values { try await screen.interrupt() }
    }

    private func replaced(_ block: PageBlock) -> String {
        replacements.reduce(block.language == "bash" ? block.typed : block.text) { $0.replacing($1.0, with: $1.1) }
    }

    private func environment(_ home: String) throws -> [String: String] {
        let program = try Programs.path("ix-worker")
        let folder = program.prefix(upTo: program.lastIndex(of: "/") ?? program.endIndex)
        var environment = TestProcess.plainEnvironment
        environment["PATH"] = folder + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["HOME"] = home
        environment["SHELL"] = "/bin/bash"
        environment["LANG"] = "C.UTF-8"
        return environment
    }
}
