internal import IXCore
internal import Logging

/// A warm process: takes one job at a time.
final class WorkerProcess: Sendable {
    private let mail = WorkerMail()
    /// Of the walls it was started in.
    let generation: Int

    init(generation: Int) { self.generation = generation }

    /// What its pool is told, from the process's own thread.
    struct Events: Sendable {
        /// It waits for another job.
        let onIdle: @Sendable (WorkerProcess) -> Void
        /// It is gone, and nothing of it is left.
        let onEnd: @Sendable (WorkerProcess) -> Void
    }

    /// Starts the program for `job`; the job is answered, whatever becomes of the start.
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

    /// False: it takes no more jobs; this one wasn't given.
    func give(_ job: WorkerJob) -> Bool { mail.give(job) }

    func cancel(_ job: WorkerJob) { mail.cancel(job) }

    /// Ends when it has no job.
    func close() { mail.close() }
}
