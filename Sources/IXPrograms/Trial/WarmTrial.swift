internal import IXConcurrency
package import IXCore
internal import IXPipelines

/// `WarmTrial` plays the daemon to a warm program: each situation of the protocol once, and what the program did.
///
/// Guarantees: no process of the program is left.
package struct WarmTrial: Sendable {
    private let settings: WarmSettings
    private let requests: TrialRequests
    private let sound: @Sendable (TrialFinding) -> Void

    /// Creates a trial. `sample` is a request of the author's; `sound` gets each finding as it is made.
    package init(
        _ settings: WarmSettings, sample: JSONDocument, sound: @escaping @Sendable (TrialFinding) -> Void
    ) throws(InvalidInput) {
        (self.settings, self.sound) = (settings, sound)
        requests = try TrialRequests(sample)
    }

    /// Runs the trial on a dedicated thread.
    package func perform() async { await DedicatedThread.run { run() } }

    private var timeout: Duration { settings.program.timeout }
    private var grace: Duration { settings.program.killGrace }

    private func run() {
        guard let child = started("start") else { return }
        jobs(on: child)
        end(child, "end of input between jobs")
        withChild("end of input while it loads", awaitsReady: false) { child in
            child.endInput(within: grace)
            tell("end of input while it loads", exitFinding(of: child))
        }
        withChild("end of input during a job") { child in
            let job = give(requests.sample, to: child)
            child.endInput(within: timeout)
            let answered = answer(to: job, on: child)
            if answered.verdict == .wrong { return tell("end of input during a job", answered) }
            tell("end of input during a job", exitFinding(of: child))
        }
        cancel()
        withChild("TERM") { child in
            child.terminate()
            let exit = child.exit(within: grace)
            tell("TERM", exit.map { (.ok, "\($0)") } ?? (.wrong, "still runs after \(grace.decimalSeconds) s"))
        }
        sideBySide()
    }

    private typealias Judgement = (verdict: TrialFinding.Verdict, text: String)

    private func tell(_ situation: String, _ judgement: Judgement) {
        sound(TrialFinding(situation, judgement.verdict, judgement.text))
    }

    // MARK: - Processes

    private func started(_ situation: String?) -> TrialChild? {
        let begin = ContinuousClock.now
        let child: TrialChild
        do throws(StartFailure) { child = try TrialChild(settings.program) } catch {
            tell(situation ?? "start", (.wrong, "can't be started: \(error.reason)"))
            return nil
        }
        let judgement = readiness(of: child, since: begin)
        if judgement.verdict == .wrong {
            tell(situation ?? "start", judgement)
            child.remove()
            return nil
        }
        if let situation { tell(situation, judgement) }
        return child
    }

    private func readiness(of child: TrialChild, since begin: ContinuousClock.Instant) -> Judgement {
        switch child.next(within: settings.startTimeout) {
        case .line(.ready(let version)) where WarmRecord.versions.contains(version):
            return (.ok, "ready after \((.now - begin).secondsText) s, protocol \(version)")
        case .line(.ready(let version)): return (.wrong, "protocol \(version) is unknown to this daemon")
        case .line: return (.wrong, "another line came before the ready line" + child.log)
        case .late: return (.wrong, "no ready line within \(settings.startTimeout.decimalSeconds) s" + child.log)
        case .ended:
            let exit = child.exit(within: .seconds(1)).map { ", \($0)" } ?? ""
            return (.wrong, "its output ended before a ready line\(exit)" + child.log)
        }
    }

    private func withChild(_ situation: String, awaitsReady: Bool = true, _ body: (TrialChild) -> Void) {
        if awaitsReady {
            guard let child = started(nil) else { return }
            body(child)
            return child.remove()
        }
        do throws(StartFailure) {
            let child = try TrialChild(settings.program)
            body(child)
            child.remove()
        } catch {
            tell(situation, (.wrong, "can't be started: \(error.reason)"))
        }
    }

    private func end(_ child: TrialChild, _ situation: String) {
        child.endInput(within: grace)
        tell(situation, exitFinding(of: child))
        if let stray = child.stray {
            tell("standard output", (.wrong, "a line outside the protocol: \(stray)"))
        } else {
            tell("standard output", (.ok, "lines of the protocol alone"))
        }
        child.remove()
    }

    private func exitFinding(of child: TrialChild) -> Judgement {
        switch child.exit(within: grace) {
        case .exited(0): (.ok, "exit 0")
        case nil: (.wrong, "still runs \(grace.decimalSeconds) s after the end of its input")
        case .some(let exit): (.wrong, "\(exit) in place of exit 0" + child.log)
        }
    }

    // MARK: - Jobs

    private func give(_ request: RequestIX, to child: TrialChild) -> WarmJob {
        let job = WarmJob(request, TrialRequests.context(timeout: timeout))
        child.send(job.line(directory: nil))
        return job
    }

    /// The situations of a process that goes on from job to job.
    private func jobs(on child: TrialChild) {
        tell("a job", answer(to: give(requests.sample, to: child), on: child))
        tell("a second job", answer(to: give(requests.sample, to: child), on: child))
        let past = give(requests.sample, to: child)
        _ = answer(to: past, on: child)  // ignored: the job is only there to be over
        child.send(past.cancelLine)
        tell("a late cancel, of a job that is over", answer(to: give(requests.sample, to: child), on: child))
        for (situation, request) in [
            ("odd numbers", TrialRequests.numbers), ("text of every kind", TrialRequests.text),
            ("a large request", TrialRequests.large),
        ] {
            do throws(InvalidInput) {
                tell(
                    situation,
                    answer(to: give(try request(), to: child), on: child, isNumbers: situation == "odd numbers"))
            } catch { tell(situation, (.wrong, "the request is refused: \(error)")) }
        }
    }

    /// A cancel right after the `run` line; the process then takes another job.
    private func cancel() {
        withChild("a cancel") { child in
            let begin = ContinuousClock.now
            let job = give(requests.sample, to: child)
            child.send(job.cancelLine)
            let judgement = answer(to: job, on: child, within: grace / 2)
            guard judgement.verdict == .wrong else {
                tell("a cancel", (.ok, "answered after \((.now - begin).secondsText) s"))
                return tell("a job after a cancel", answer(to: give(requests.sample, to: child), on: child))
            }
            child.terminate()
            let exit = child.exit(within: grace / 2)
            tell(
                "a cancel",
                exit.map { (.note, "no answer; ended by TERM (\($0)), and the next job starts another process") }
                    ?? (.wrong, "no answer, and deaf to TERM: the daemon would kill it"))
        }
    }

    private func sideBySide() {
        withChild("two processes at a time") { first in
            withChild("two processes at a time") { second in
                let jobs = [(give(requests.sample, to: first), first), (give(requests.sample, to: second), second)]
                let all = jobs.map { answer(to: $0.0, on: $0.1) }
                tell("two processes at a time", all.first { $0.verdict == .wrong } ?? all[0])
            }
        }
    }

    // MARK: - Answers

    /// Waits for the answer to the job and judges the answer. Lines about other jobs are wrong.
    private func answer(
        to job: WarmJob, on child: TrialChild, within limit: Duration? = nil, isNumbers: Bool = false
    ) -> Judgement {
        let begin = ContinuousClock.now
        let limit = limit ?? timeout
        while true {
            switch child.next(within: limit - (.now - begin)) {
            case .late: return (.wrong, "no answer within \(limit.decimalSeconds) s" + child.log)
            case .ended:
                let exit = child.exit(within: .seconds(1)).map { "\($0)" } ?? "its output was closed"
                return (.wrong, "ended without an answer: \(exit)" + child.log)
            case .line(let line):
                if let judgement = judge(line, of: job, isNumbers, after: .now - begin) { return judgement }
            }
        }
    }

    /// Returns nil for a line that is no answer.
    private func judge(_ line: WarmLine, of job: WarmJob, _ isNumbers: Bool, after time: Duration) -> Judgement? {
        let (run, outcome): (WarmRun, Outcome)
        switch line {
        case .progress, .log: return nil
        case .ready: return (.wrong, "a second ready line")
        case .done(let of, let response, _): (run, outcome) = (of, WarmAnswer.done(response))
        case .retry(let of, let pause, let message, _): (run, outcome) = (of, WarmAnswer.retry(pause, message))
        case .discard(let of, let code, let message, _): (run, outcome) = (of, WarmAnswer.discard(code, message))
        case .unusable(_, let reason, let text): return (.wrong, "the answer is unusable: \(reason): \(text)")
        }
        guard run.isOf(job) else { return (.wrong, "an answer to another job, or a second answer to an earlier one") }
        guard run.attempt != nil else { return (.wrong, "the answer names no attempt") }
        return Self.judge(outcome, isNumbers, after: time)
    }

    /// Judges a run's outcome, for both kinds of programs.
    static func judge(_ outcome: Outcome, _ isNumbers: Bool, after time: Duration) -> (
        verdict: TrialFinding.Verdict, text: String
    ) {
        let seconds = "after \(time.secondsText) s"
        switch outcome {
        case .complete(let response):
            if let changed = isNumbers ? TrialRequests.changedNumber(in: response.document.text) : nil {
                return (.note, changed)
            }
            if let code = response.errorCode { return (.note, "answered \(seconds) with the error \(code)") }
            return (.ok, "answered \(seconds)")
        case .discard(let error) where error.code == PipelineCode.badOutput:
            return (.wrong, "\(error.message)" + (error.detail.map { ": \($0)" } ?? ""))
        case .discard(let error), .retry(_, let error):
            return (.note, "answered \(seconds) with \(error.code): \(error.message)")
        case .cancelled: return (.ok, "answered \(seconds): cancelled")
        }
    }
}
