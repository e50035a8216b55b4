import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ChildTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func `without a pidfd the end is seen all the same, and the child stays to be reaped`() throws {
        let settings = try workshop.shell("echo '{}'; echo bye >&2; exit 7").settings
        let preparation = try RunPreparation(settings, .sample(), workshop.context())
        let child = try ChildProcess(
            settings.command, variables: preparation.variables, directory: preparation.directory.path,
            ends: preparation.streams.childEnds, limits: settings.limits)
        close(child.descriptor)
        var loop = ChildLoop(
            preparation, cancel: CancellationRelay(), settings: settings,
            child: ChildProcess(number: child.number, descriptor: -1))
        let record = loop.run()
        #expect(record.exit == .exited(7))
        #expect(record.output.bytes == Array("{}\n".utf8) && record.errors.tail == "bye\n")
        #expect(ChildExit.status(of: child.number) == .exited(7))
        ChildExit.reap(child.number)
        #expect(ChildExit.status(of: child.number) == nil)
    }

    @Test func `a full pipe takes what it holds and says so`() throws {
        let streams = try StandardStreams()
        defer {
            streams.closeChildEnds()
            [streams.input, streams.output, streams.error].forEach { _ = close($0) }
        }
        let bytes = [UInt8](repeating: 1, count: 1 << 20)
        let first = bytes.withUnsafeBytes { PipeWriter.write($0, to: streams.input) }
        let second = bytes.withUnsafeBytes { PipeWriter.write($0, to: streams.input) }
        #expect(first == .wrote(64 << 10) && second == .full)
    }
}
