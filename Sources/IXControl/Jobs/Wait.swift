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

    /// Returns the ended job; nil after a request to stop. Ends the program with 75 after `timeout`, and with 1 when the job
    /// is gone.
    func end(
        of jobID: UUID, until stop: StopRequest, onLook: (Job, ProgressRecord?) async throws -> Void = { _, _ in }
    ) async throws -> Job? {
        let end = ContinuousClock.now + timeout
        var pause = Backoff(first: .milliseconds(20), limit: .seconds(1))
        while true {
            let (job, progress) = try await look(jobID)
            guard let job else { throw Exit.no.saying("the job no longer exists") }
            if job.status.isTerminal { return job }
            try await onLook(job, progress)
            guard !stop.isRequested else { return nil }
            guard ContinuousClock.now < end else {
                throw Exit.temporary.saying("job \(jobID.uuidString.lowercased()) is still \(job.status.rawValue)")
            }
            try await rest(until: min(.now + pause.next(), end), stop)
            guard !stop.isRequested else { return nil }
        }
    }

    /// Sleeps in short steps, so that Ctrl-C is answered at once.
    private func rest(until moment: ContinuousClock.Instant, _ stop: StopRequest) async throws {
        while ContinuousClock.now < moment, !stop.isRequested {
            try await Task.sleep(for: min(.milliseconds(100), moment - .now))
        }
    }
}

extension ProgressBar {
    func show(_ job: Job, _ record: ProgressRecord?) { show(job.status.rawValue, record?.progress) }
}
