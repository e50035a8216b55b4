import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXStore

/// `WaitNotice` tells the user of `--wait` which job is waited for, why the job doesn't start, and on Ctrl-C how to go on.
final class WaitNotice {
    private let jobID: String
    private let stop: StopRequest
    private let start = ContinuousClock.now
    private let isTerminal = Terminal.isOn(STDERR_FILENO)
    private var hasNamed = false
    private var reason: String?
    private var nextLook = ContinuousClock.now + .seconds(2)

    private static let pause = Duration.seconds(10)

    init(_ jobID: UUID, _ stop: StopRequest) {
        (self.jobID, self.stop) = (jobID.uuidString.lowercased(), stop)
    }

    /// Called after a look that found the job alive. `obstacle` asks why a pending job doesn't start. A script whose job
    /// ends within 2 seconds gets no word.
    func looked(at job: Job, _ bar: ProgressBar, _ obstacle: (Job) async throws -> String?) async throws {
        let isLate = ContinuousClock.now >= nextLook
        if !hasNamed, isTerminal || isLate {
            say("Job \(jobID): waiting for its end. Ctrl-C leaves the job in the queue.", bar)
            hasNamed = true
        }
        guard isLate, job.status == .pending, !stop.isRequested else { return }
        nextLook = .now + Self.pause
        let found = try await obstacle(job)
        if let found, found != reason { say(found, bar) }
        reason = found
    }

    /// Ends the program after Ctrl-C with a word about the job, which stays as it is.
    func end(_ bar: ProgressBar) -> ExitCode {
        say("The job stays in the queue: `ixctl get \(jobID)` shows it, `ixctl cancel \(jobID)` ends it.", bar)
        return ExitCode(stop.exitCode ?? 1)
    }

    private func say(_ text: String, _ bar: ProgressBar) {
        bar.clear()
        StandardError.say(text)
    }
}
