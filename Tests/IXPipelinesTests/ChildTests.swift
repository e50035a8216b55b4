import Dispatch
import Glibc
import IXCore
import Testing

@testable import IXPipelines

@Suite(.timeLimit(.minutes(5))) struct ChildTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func `without a pidfd the end is seen all the same, and the child stays to be reaped`() throws {
        let settings = try workshop.shell("echo '{}'; echo bye >&2; exit 7").settings
        let preparation = try RunPreparation(settings, .sample(), workshop.context())
        let child = try spawn(settings.command, preparation.streams.childEnds)
        var loop = ChildLoop(preparation, cancel: CancelSwitch(), settings: settings, child: child, descriptor: -1)
        let record = loop.run()
        #expect(record.exit == .exited(7))
        #expect(record.output.bytes == Array("{}\n".utf8) && record.errors.tail == "bye\n")
        #expect(ChildExit.status(of: child) == .exited(7))
        ChildExit.reap(child)
        #expect(ChildExit.status(of: child) == nil)
    }

    private func spawn(_ command: [String], _ ends: [Int32]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, end) in ends.enumerated() { posix_spawn_file_actions_adddup2(&actions, end, Int32(number)) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group is all that the loop needs; a session takes an extension that the module leaves out.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let arguments = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child = pid_t()
        try #require(posix_spawnp(&child, command[0], &actions, &attributes, arguments, nil) == 0)
        return child
    }

    @Test func `a full pipe takes what it holds and says so`() throws {
        let streams = try StandardStreams()
        defer {
            streams.closeChildEnds()
            [streams.input, streams.output, streams.error].forEach { _ = close($0) }
        }
        let bytes = [UInt8](repeating: 1, count: 1 << 20)
        let first = bytes.withUnsafeBytes { QuietWrite.write($0, to: streams.input) }
        let second = bytes.withUnsafeBytes { QuietWrite.write($0, to: streams.input) }
        #expect(first == .wrote(64 << 10) && second == .full)
    }

    @Test func `work that blocks has threads of its own, as many as it takes`() async {
        // More than all the threads that queues or tasks have.
        let count = 400
        let gate = DispatchSemaphore(value: 0)
        let (entered, enter) = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    await OwnThread.run {
                        enter.yield()
                        gate.wait()
                    }
                }
            }
            for await _ in entered.prefix(count) {}
            for _ in 0..<count { gate.signal() }
        }
    }
}
