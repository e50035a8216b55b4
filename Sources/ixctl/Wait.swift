import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Waits for a job's end by looking at it, quickly at first.
struct Wait {
    private let store: any JobStore
    private let timeout: Duration

    init(_ store: any JobStore, timeout: Double) {
        self.store = store
        self.timeout = .seconds(timeout)
    }

    /// The ended job. Ends the program with 75 when the time is up.
    func end(of jobID: UUID) async throws -> Job {
        let end = ContinuousClock.now + timeout
        var pause = Backoff(first: .milliseconds(20), limit: .seconds(1))
        while true {
            let job = try await store.perform { try $0.get(jobID) }
            guard let job else { throw Exit.no.saying("the job is gone") }
            if job.status.isTerminal { return job }
            guard ContinuousClock.now < end else {
                throw Exit.temporary.saying("job \(jobID.uuidString.lowercased()) is still \(job.status.rawValue)")
            }
            try await Task.sleep(for: min(pause.next(), end - .now))
        }
    }
}
