import Dispatch
package import Glibc
import Synchronization

/// A child of the test: started without Foundation, read line by line, killed when its last reference goes.
package final class TestProcess: Sendable {
    package enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    private let log = LineLog(streams: 2)
    private let child: ChildState
    private let input: Mutex<Int32>
    private let endsAlone = Mutex(false)

    /// Starts `path`. Without `keepsInput` its stdin is /dev/null; with it, a pipe that `write` and `closeInput` use.
    /// With `ownsGroup` it outlives a signal to the test's whole process group.
    package init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = TestProcess.plainEnvironment,
        directory: String? = nil, keepsInput: Bool = false, ownsGroup: Bool = false
    ) throws {
        let source = keepsInput ? try Spawn.makePipe() : (read: open("/dev/null", O_RDONLY | O_CLOEXEC), write: -1)
        let (output, errors) = (try Spawn.makePipe(), try Spawn.makePipe())
        defer { [source.read, output.write, errors.write].forEach { close($0) } }
        let inFolder = directory.map { ["-C", $0, path] + arguments }
        pid = try Spawn(
            path: inFolder == nil ? path : "/usr/bin/env", arguments: inFolder ?? arguments, environment: environment,
            input: source.read, output: output.write, errors: errors.write, ownsGroup: ownsGroup
        ).start()
        input = Mutex(source.write)
        child = ChildState(pid)
        LineReader.start(output.read, log)
        LineReader.start(errors.read, log)
    }

    deinit {
        if !endsAlone.withLock({ $0 }) { child.signal(SIGKILL) }
        input.withLock { if $0 >= 0 { close($0) } }
    }

    /// PATH, HOME and the locale of the test, and what a sanitizer goes by; without its PG* and IX_* variables.
    package static var plainEnvironment: [String: String] {
        let names = ["PATH", "HOME", "LANG", "TMPDIR", "LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"]
        return names.reduce(into: [:]) { kept, name in kept[name] = Environment[name] }
    }

    /// Everything the child has written so far, stdout and stderr, in the order of arrival.
    package var lines: [String] { log.lines }

    /// The first line (of either stream, from line `start` on) that holds `text`.
    @discardableResult
    package func waitForLine(
        containing text: String, from start: Int = 0, within limit: Duration = .seconds(60)
    ) async throws -> String {
        guard let line = await log.line(containing: text, from: start, within: limit) else {
            throw failure("no line with \"\(text)\" within \(limit)")
        }
        return line
    }

    /// False when the child has ended already.
    @discardableResult
    package func signal(_ number: Int32) -> Bool { child.signal(number) }

    package var isRunning: Bool { child.isRunning }

    /// How it ended, all its lines read; throws when it hasn't within `limit`.
    package func exitStatus(within limit: Duration = .seconds(20)) async throws -> Exit {
        guard let exit = await child.exit(within: limit) else { throw failure("still running after \(limit)") }
        await log.end(within: .seconds(2))
        return exit
    }

    private func failure(_ what: String) -> TestFailure {
        TestFailure(what + "; the child said:\n" + lines.suffix(20).joined(separator: "\n"))
    }

    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        input.withLock { descriptor in
            // ignored: a child that is gone shows in its exit status
            _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }

    /// Not killed with its last reference: it ends by itself, and has something to tidy up.
    package func letEndAlone() { endsAlone.withLock { $0 = true } }

    package func closeInput() {
        input.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
