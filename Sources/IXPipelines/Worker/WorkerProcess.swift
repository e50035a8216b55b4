internal import IXCore
internal import Logging

/// `WorkerProcess` is a handle to a warm process, which runs a single job at a time.
final class WorkerProcess: Sendable {
    private let mail = WorkerMail()
    /// The generation of the walls that the process was started in.
    let generation: Int

    init(generation: Int) { self.generation = generation }

    /// The pool's callbacks, called on the process's own thread.
    struct Events: Sendable {
        /// The process waits for another job.
        let onIdle: @Sendable (WorkerProcess) -> Void
        /// The process has ended, and nothing of the process is left.
        let onEnd: @Sendable (WorkerProcess) -> Void
    }

    /// Starts the program for `job`. The job is answered even when the start fails.
    func start(
        _ settings: WorkerSettings, ledger: ChildLedger?, walls: Walls, logger: Logger, events: Events,
        for job: WorkerJob
    ) {
        _ = mail.give(job)  // ignored: a new process takes it
        OwnThread.start { [self] in
            let loop = WorkerLoop(settings, mail: mail, ledger: ledger, walls: walls, logger: logger, first: job) {
                events.onIdle(self)
            }
            loop.run()
            events.onEnd(self)
        }
    }

    /// Gives the process a job. Returns false when the process takes no more jobs; the job wasn't given then.
    func give(_ job: WorkerJob) -> Bool { mail.give(job) }

    /// Cancels `job`. A job that is not the current job is left alone.
    func cancel(_ job: WorkerJob) { mail.cancel(job) }

    /// Stops further jobs. The process ends after its current job.
    func close() { mail.close() }
}
