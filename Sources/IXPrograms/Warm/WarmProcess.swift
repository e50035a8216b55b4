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
        /// The process has ended, and nothing of the process is left.
        let onEnd: @Sendable (WarmProcess) -> Void
    }

    /// Starts the program for `job`. The job is answered even when the start fails.
    func start(
        _ settings: WarmSettings, registry: ChildRegistry?, walls: Walls, logger: Logger, events: Events,
        for job: WarmJob
    ) {
        _ = mail.give(job)  // ignored: a new process takes it
        DedicatedThread.start { [self] in
            let loop = WarmProcessLoop(
                settings, mail: mail, registry: registry, walls: walls, logger: logger, first: job
            ) {
                events.onIdle(self)
            }
            loop.run()
            events.onEnd(self)
        }
    }

    /// Gives the process a job. Returns false when the process takes no more jobs; the job wasn't given then.
    func give(_ job: WarmJob) -> Bool { mail.give(job) }

    /// Cancels `job`. A job that is not the current job is left alone.
    func cancel(_ job: WarmJob) { mail.cancel(job) }

    /// Stops further jobs. The process ends after its current job.
    func close() { mail.close() }
}
