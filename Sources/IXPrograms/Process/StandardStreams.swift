internal import Glibc
internal import IXPipelines
internal import SystemPackage

/// `StandardStreams` are the three pipes between the daemon and a child.
struct StandardStreams {
    /// A pipe whose ends are closed in every other child (close-on-exec).
    struct Pipe {
        let reading: Int32
        let writing: Int32

        init() throws(Errno) {
            let ends = try FileDescriptor.pipe(options: .closeOnExec)
            (reading, writing) = (ends.readEnd.rawValue, ends.writeEnd.rawValue)
        }

        func closeBoth() {
            close(reading)
            close(writing)
        }
    }

    private let pipes: [Pipe]

    var input: Int32 { pipes[0].writing }
    var output: Int32 { pipes[1].reading }
    var error: Int32 { pipes[2].reading }
    /// The child's descriptors for 0, 1 and 2.
    var childEnds: [Int32] { [pipes[0].reading, pipes[1].writing, pipes[2].writing] }

    /// Makes the three pipes; the daemon's ends don't block. Throws when no descriptor is free; no pipe is left open
    /// then.
    init() throws(Errno) {
        var pipes: [Pipe] = []
        do throws(Errno) {
            for _ in 0..<3 { pipes.append(try Pipe()) }
        } catch {
            pipes.forEach { $0.closeBoth() }
            throw error
        }
        self.pipes = pipes
        // Only the daemon's ends are non-blocking, because programs expect blocking standard streams.
        for end in [input, output, error] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    }

    func closeChildEnds() { childEnds.forEach { close($0) } }
}
