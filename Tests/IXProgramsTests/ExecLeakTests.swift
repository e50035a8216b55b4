import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// Each test runs in a process of its own, where no other test opens descriptors or starts children. The tests run one
/// after the other, because waiting for such a process blocks a thread that other tests need.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ExecLeakTests {
    @Test func `300 mixed runs leave no descriptor, no zombie and no directory`() async {
        await #expect(processExitsWith: .success) {
            let bench = try LeakBench()
            // What Dispatch and the spawning library keep for good is open after the first runs.
            try await bench.runs(0..<20)
            let before = bench.descriptors
            try await bench.runs(0..<300)
            #expect(bench.descriptors == before, "descriptors \(bench.descriptors), before \(before)")
            #expect(bench.children == [], "children \(bench.children)")
            #expect(bench.orphanedProcesses == [], "orphaned processes \(bench.orphanedProcesses)")
            #expect(try bench.workshop.left == [], "directories")
        }
    }

    @Test func `floods don't make the daemon grow`() async {
        await #expect(processExitsWith: .success) {
            let bench = try LeakBench()
            try await bench.runs(0..<20)
            let before = bench.residentPeak
            let report = try await bench.workshop.run(
                shell: #"head -c 256M /dev/zero | tr '\0' x >&2; yes '' | head -c 1M >&2; echo '{}'"#)
            #expect(report.response != nil)
            let flood = try await bench.workshop.run(shell: "exec cat /dev/zero")
            #expect(flood.error?.code == "output_too_large")
            #expect(bench.residentPeak - before < 16 << 10, "grown by \(bench.residentPeak - before) KiB")
        }
    }

    @Test func `a reader that is gone is no signal`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let pipe = try StandardStreams.Pipe()
            close(pipe.reading)
            let result = [UInt8](repeating: 1, count: 9).withUnsafeBytes { PipeWriter.write($0, to: pipe.writing) }
            #expect(result == .closed)
            var waiting = sigset_t()
            sigpending(&waiting)
            #expect(sigismember(&waiting, SIGPIPE) == 0)
        }
    }
}

/// Runs of every kind, and what the process holds.
private struct LeakBench {
    let workshop: Workshop

    init() throws { workshop = try Workshop(keepsLog: false) }

    private static let scripts = [
        "echo '{}'", "exit 1", "exit 75", "exit 127", "kill -9 $$", "sleep 1000 & echo '{}'",
        "setsid sleep 1000 & exit 0", "head -c 5M /dev/zero", "head -c 1M /dev/zero >&2",
        "mkdir -p a/b; chmod 0 a; exit 0", "exec <&- >&- 2>&-; exit 0",
        #"echo '{"retry_after":1}' >"$IX_CONTROL"; exit 0"#,
    ]

    var descriptors: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.sorted()
    }

    /// Numbers of the children that this process has, ended or not.
    var children: [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { Self.parent(of: $0) == getpid() }
    }

    /// Numbers of the processes that were started by runs and still run.
    var orphanedProcesses: [pid_t] {
        ProcessTable.numbers().filter { process in
            guard case .known(let entries) = ProcessTable.environment(of: process) else { return false }
            return entries.contains { $0.starts(with: "IX_CONTROL=\(workshop.root)/".utf8) }
        }
    }

    /// KiB.
    var residentPeak: Int {
        let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    /// One run for each number, eight at a time.
    func runs(_ numbers: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in numbers {
                if number - numbers.lowerBound >= 8 { try await group.next() }
                group.addTask { try await one(number) }
            }
            try await group.waitForAll()
        }
    }

    private func one(_ number: Int) async throws {
        switch number % (Self.scripts.count + 3) {
        case Self.scripts.count: _ = try await workshop.run(workshop.pipeline(["no-such-program"]))
        case Self.scripts.count + 1: _ = try await workshop.run(workshop.pipeline(["/etc/passwd"]))
        case Self.scripts.count + 2: try await cancelled(after: number)
        case let script: _ = try await workshop.run(shell: Self.scripts[script])
        }
    }

    private func cancelled(after yields: Int) async throws {
        let task = Task { try await workshop.run(shell: "exec sleep 1000") }
        for _ in 0..<yields { await Task.yield() }
        task.cancel()
        let report = try await task.value
        #expect(report.outcome == .cancelled)
    }

    private static func parent(of process: pid_t) -> pid_t? {
        let text = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
        // The name in the second field may hold anything; what follows its last bracket is plain.
        let fields = String(decoding: text, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
        return fields.flatMap { $0.count > 1 ? pid_t($0[1]) : nil }
    }
}
