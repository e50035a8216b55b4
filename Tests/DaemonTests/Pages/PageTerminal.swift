import IXTestSupport
import Testing

/// A terminal of a reader: a shell that gets a page's blocks one after the other.
final class PageTerminal {
    private let shell: TestProcess
    private var number = 0

    init(home: String, environment: [String: String]) throws {
        shell = try TestProcess("/bin/bash", environment: environment, directory: home, keepsInput: true)
    }

    /// Types a block, and returns the lines that it printed and the exit status of its last command.
    func type(_ block: String) async throws -> (lines: [String], status: String) {
        number += 1
        let mark = "=== block \(number) "
        let start = shell.lines.count
        shell.write(block + "\nprintf '\\n\(mark)%s\\n' $?\n")
        let end = try await shell.waitForLine(containing: mark, from: start)
        var lines = shell.lines[start...].prefix { !$0.hasPrefix(mark) }
        // Both streams are read by themselves, so a line of standard error may come behind the mark.
        lines += shell.lines[start...].drop { !$0.hasPrefix(mark) }.dropFirst()
        if let last = lines.lastIndex(of: "") { lines.remove(at: last) }
        return (Array(lines), String(end.dropFirst(mark.count)))
    }
}

/// A terminal in which a program runs until Ctrl-C.
final class PageScreen {
    private let process: TestProcess
    private let isReceiver: Bool

    init(_ command: String, folder: String, environment: [String: String]) throws {
        isReceiver = command.contains("ixctl listen")
        process = try TestProcess(
            "/usr/bin/script", ["-qefc", command, "/dev/null"], environment: environment, directory: folder,
            keepsInput: true)
    }

    /// Waits until the program says that it serves: the daemon, or a receiver of callbacks.
    func settle() async throws {
        try await process.waitForLine(containing: isReceiver ? "listening on" : "ready as daemon")
    }

    /// Presses Ctrl-C, and waits for the end.
    func interrupt() async throws {
        process.write("\u{3}")
        #expect(try await process.exitStatus(within: .seconds(60)) == .code(0), "\(process.lines)")
    }

    /// Waits for a program that ends by itself, and returns its lines.
    func end() async throws -> [String] {
        #expect(try await process.exitStatus(within: .seconds(60)) == .code(0), "\(process.lines)")
        return process.lines.map { $0.last == "\r" ? String($0.dropLast()) : $0 }
    }
}
