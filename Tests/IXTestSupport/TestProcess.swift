import Dispatch
package import Glibc
import Synchronization

/// A child of the test: started without Foundation, read line by line, killed when the last reference is released.
package final class TestProcess: Sendable {
    /// The end of a process: its exit code, or the signal which ended the process.
    package enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    /// The child's process id.
    package let pid: pid_t
    private let log = LineLog(streams: 2)
    private let child: ChildState
    private let input: Mutex<Int32>
    private let endsAlone = Mutex(false)

    /// Starts `path`. Without `keepsInput` stdin is /dev/null; otherwise stdin is a pipe for `write` and `closeInput`.
    /// With `ownsGroup` the child survives a signal to the test's process group.
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

    /// PATH, HOME and locale of the test, and the variables of a sanitizer. PG* and IX_* variables are left out.
    package static var plainEnvironment: [String: String] {
        let names = ["PATH", "HOME", "LANG", "TMPDIR", "LD_PRELOAD", "TSAN_OPTIONS", "ASAN_OPTIONS"]
        return names.reduce(into: [:]) { kept, name in kept[name] = Environment[name] }
    }

    /// All lines of stdout and stderr so far, in the order of arrival.
    package var lines: [String] { log.lines }

    /// Waits for the first line of either stream, at or after index `start`, which contains `text`.
    @discardableResult
    package func waitForLine(
        containing text: String, from start: Int = 0, within limit: Duration = .seconds(60)
    ) async throws -> String {
        guard let line = await log.line(containing: text, from: start, within: limit) else {
            throw failure("no line with \"\(text)\" within \(limit)")
        }
        return line
    }

    /// Sends a signal; returns false when the child has already ended.
    @discardableResult
    package func signal(_ number: Int32) -> Bool { child.signal(number) }

    /// True while the child runs.
    package var isRunning: Bool { child.isRunning }

    /// Returns how the child ended, after reading its lines; throws when the child still runs after `limit`.
    package func exitStatus(within limit: Duration = .seconds(20)) async throws -> Exit {
        guard let exit = await child.exit(within: limit) else { throw failure("still running after \(limit)") }
        await log.end(within: .seconds(2))
        return exit
    }

    private func failure(_ what: String) -> TestFailure {
        TestFailure(what + "; the child said:\n" + lines.suffix(20).joined(separator: "\n"))
    }

    /// Writes to the child's stdin. Requires: `keepsInput`.
    package func write(_ text: String) {
        let bytes = Array(text.utf8)
        input.withLock { descriptor in
            // ignored: the exit status shows that the child has ended
            _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }

    /// Keeps the child alive when the last reference is released, because the child ends alone and has to clean up.
    package func letEndAlone() { endsAlone.withLock { $0 = true } }

    /// Closes the child's stdin.
    package func closeInput() {
        input.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
