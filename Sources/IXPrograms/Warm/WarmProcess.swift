internal import IXConcurrency
internal import IXCore
internal import IXPipelines
internal import Logging

/// `WarmProcess` is a handle to a warm process, which runs a single job at a time.
final class WarmProcess: Sendable {
    private let mail = WarmMail()
    /// The generation of the walls that the process was started in.
    let generation: Int

    init(generation: Int) { self.generation = generation }

    /// The pool's callbacks, called on the process's own thread.
    struct Events: Sendable {
        /// The process waits for another job.
        let onIdle: @Sendable (WarmProcess) -> Void
        /// Returns true when the process may end because it was idle for too long.
        let mayLeave: @Sendable (WarmProcess) -> Bool
        /// The process has ended, and nothing of the process is left. The fault is that of a process that failed to load
        /// while no job waited for it.
        let onEnd: @Sendable (WarmProcess, PipelineFault?) -> Void
    }

    /// Starts the program for `job`, which is answered even when the start fails; nil starts it before jobs come.
    func start(
        _ settings: WarmSettings, registry: ChildRegistry?, walls: Walls, logger: Logger, events: Events,
        for job: WarmJob?
    ) {
        if let job { _ = mail.give(job) }  // ignored: a new process takes it
        DedicatedThread.start { [self] in
            let loop = WarmProcessLoop(
                settings, mail: mail, registry: registry, walls: walls, logger: logger, first: job,
                events: .init(onIdle: { events.onIdle(self) }, mayLeave: { events.mayLeave(self) }))
            events.onEnd(self, loop.run())
        }
    }

    /// Gives the process a job. Returns false when the process takes no more jobs; the job wasn't given then.
    func give(_ job: WarmJob) -> Bool { mail.give(job) }

    /// Cancels `job`. A job that is not the current job is left alone.
    func cancel(_ job: WarmJob) { mail.cancel(job) }

    /// Stops further jobs. The process ends after its current job.
    func close() { mail.close() }
}
