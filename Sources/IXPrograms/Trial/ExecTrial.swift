internal import IXConcurrency
package import IXCore
internal import IXPipelines

/// `ExecTrial` plays the daemon to a program that is started per job.
package struct ExecTrial: Sendable {
    private let pipeline: ExecPipeline
    private let settings: ExecSettings
    private let requests: TrialRequests
    private let sound: @Sendable (TrialFinding) -> Void

    /// Creates a trial. `sample` is a request of the author's; `sound` gets each finding as it is made.
    package init(
        _ settings: ExecSettings, sample: JSONDocument, sound: @escaping @Sendable (TrialFinding) -> Void
    ) throws(InvalidInput) {
        (self.settings, self.sound) = (settings, sound)
        pipeline = ExecPipeline(settings)
        requests = try TrialRequests(sample)
    }

    /// Runs the trial.
    package func perform() async {
        guard await run("a job", requests.sample) else { return }
        async let first = report(requests.sample)
        async let second = report(requests.sample)
        for (report, log, time) in await [first, second] { tell("two jobs at a time", report, log, time) }
        for (situation, request) in [
            ("odd numbers", TrialRequests.numbers), ("text of every kind", TrialRequests.text),
            ("a large request", TrialRequests.large),
        ] {
            do throws(InvalidInput) { _ = await run(situation, try request()) } catch {
                sound(TrialFinding(situation, .wrong, "the request is refused: \(error)"))
            }
        }
        await cancel()
    }

    /// Returns false for a program that can't be run at all.
    private func run(_ situation: String, _ request: RequestIX) async -> Bool {
        let (report, log, time) = await report(request)
        tell(situation, report, log, time)
        return report.fault == nil
    }

    private func report(_ request: RequestIX) async -> (PipelineReport, String, Duration) {
        let (context, start) = (TrialRequests.context(timeout: settings.timeout), ContinuousClock.now)
        let run = begin(request, context)
        let limit = OneShotTimer(after: settings.timeout) { run.cancel() }
        defer { limit.cancel() }
        return (await run.value, context.log.tail, .now - start)
    }

    private func begin(_ request: RequestIX, _ context: PipelineContext) -> Task<PipelineReport, Never> {
        Task { [pipeline] in
            do { return try await pipeline.run(request, context: context) } catch {
                return PipelineReport(.discard(JobError(PipelineCode.failed, "\(error)")))
            }
        }
    }

    private func tell(_ situation: String, _ report: PipelineReport, _ log: String, _ time: Duration) {
        let said = LogTail.lastLines(of: log, bytes: 300).map {
            "; its log: " + $0.split(whereSeparator: \.isNewline).joined(separator: " | ")
        }
        let text: (TrialFinding.Verdict, String)
        switch report.outcome {
        case .cancelled: text = (.wrong, "no answer within \(settings.timeout.decimalSeconds) s")
        case .retry(_, let error) where report.fault != nil:
            text = (.wrong, "\(error.message): \(report.fault?.reason ?? "")")
        case .discard(let error) where [PipelineCode.failed, PipelineCode.outputTooLarge].contains(error.code):
            text = (.wrong, "\(error.message)")
        default: text = WarmTrial.judge(report.outcome, situation == "odd numbers", after: time)
        }
        sound(TrialFinding(situation, text.0, text.1 + (text.0 == .wrong ? said ?? "" : "")))
    }

    /// A cancel as soon as the program runs; TERM comes first, KILL after the grace.
    private func cancel() async {
        let context = TrialRequests.context(timeout: settings.timeout)
        let run = begin(requests.sample, context)
        let order = OneShotTimer(after: .milliseconds(200)) { run.cancel() }
        let start = ContinuousClock.now
        let report = await run.value
        order.cancel()
        let seconds = (.now - start).secondsText
        switch report.exit {
        case .signalled(9): sound(TrialFinding("a cancel", .wrong, "deaf to TERM: killed after \(seconds) s"))
        case let exit:
            sound(TrialFinding("a cancel", .ok, "over after \(seconds) s, \(exit.map { "\($0)" } ?? "not started")"))
        }
    }
}
