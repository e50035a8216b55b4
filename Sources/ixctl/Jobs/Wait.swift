import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Waits for a job's end by polling: first after 20 ms, later once a second.
struct Wait {
    private let store: RoleStore<any JobReading>
    private let timeout: Duration

    init(_ store: RoleStore<any JobReading>, timeout: Double) {
        self.store = store
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

    private func look(_ jobID: UUID) async throws -> (Job?, ProgressRecord?) {
        try await store.perform { operations in
            let job = try operations.get(jobID)
            return (job, job?.status == .running ? try operations.progress(of: jobID) : nil)
        }
    }
}

extension ProgressBar {
    func show(_ job: Job, _ record: ProgressRecord?) { show(job.status.rawValue, record?.progress) }
}
