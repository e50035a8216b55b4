internal import Glibc
internal import IXPipelines

/// `PipeWriter` writes to a pipe without the SIGPIPE that a closed reading end would raise, which would end the daemon.
enum PipeWriter {
    enum Result: Equatable {
        case wrote(Int)
        case full
        case closed
    }

    /// Writes as many bytes as the pipe takes at once.
    ///
    /// The kernel sends SIGPIPE to the writing thread. So the thread blocks SIGPIPE during the call, and removes a
    /// pending SIGPIPE that the call raised.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Result {
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let result = attempt(bytes, descriptor)
        if result == .closed, sigismember(&before, SIGPIPE) == 0 { discard(pipe) }
        return result
    }

    private static func attempt(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Result {
        while true {
            let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 { return .wrote(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .full
            default: return .closed
            }
        }
    }

    private static func discard(_ signals: sigset_t) {
        var signals = signals
        var now = timespec()
        while sigtimedwait(&signals, nil, &now) < 0, errno == EINTR {}
    }
}
