import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Waits for a job's end by polling: first after 20 ms, later once a second.
struct Wait {
    private let look: (UUID) async throws -> (Job?, ProgressRecord?)
    private let timeout: Duration

    /// Creates a wait that asks `look` for the job, and for its progress while it runs.
    init(timeout: Double, _ look: @escaping (UUID) async throws -> (Job?, ProgressRecord?)) {
        self.look = look
        self.timeout = .seconds(timeout)
    }

    /// Returns the ended job. Ends the program with 75 after `timeout`, and with 1 when the job is gone.
    func end(of jobID: UUID, onLook: (Job, ProgressRecord?) -> Void = { _, _ in }) async throws -> Job {
        let end = ContinuousClock.now + timeout
        var pause = Backoff(first: .milliseconds(20), limit: .seconds(1))
        while true {
            let (job, progress) = try await look(jobID)
            guard let job else { throw Exit.no.saying("the job no longer exists") }
            if job.status.isTerminal { return job }
            onLook(job, progress)
            guard ContinuousClock.now < end else {
                throw Exit.temporary.saying("job \(jobID.uuidString.lowercased()) is still \(job.status.rawValue)")
            }
            try await Task.sleep(for: min(pause.next(), end - .now))
        }
    }
}

extension ProgressBar {
    func show(_ job: Job, _ record: ProgressRecord?) { show(job.status.rawValue, record?.progress) }
}
