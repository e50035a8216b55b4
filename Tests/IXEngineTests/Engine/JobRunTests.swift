import FoundationEssentials
import IXConcurrency
import IXCore
import IXPipelines
import IXStore
import Testing

@testable import IXEngine

/// A run under stops: the first reason counts, and every run ends.
@Suite(.timeLimit(.minutes(1))) struct JobRunTests {
    private let executor = DispatchQueueExecutor(label: "test")
    private static let answer = PipelineReport(.complete(ResponseIX(members: [])))

    private static func run(grace: Duration = .seconds(600)) -> JobRun {
        JobRun(
            Attempt(jobID: .random(), attempts: 0, claimID: .random()), grace: grace, clock: RunClock(.seconds(600)))
    }

    private static func text(_ result: JobRun.Result) -> String {
        switch result {
        case .reported: "reported"
        case .threw: "threw"
        case .stopped(let reason, let report): "\(reason), \(report == nil ? "nothing" : "a report")"
        }
    }

    @Test func `a run that nothing stops ends as its pipeline reports or throws`() async {
        let (good, bad) = (Self.run(), Self.run())
        good.start(on: executor) { Self.answer }
        bad.start(on: executor) { throw CancellationError() }
        #expect(await Self.text(good.end()) == "reported")
        #expect(await Self.text(bad.end()) == "threw")
        #expect(!good.stop(.shutdown) && good.stopReason == nil, "a stop after the end changes nothing")
    }

    @Test func `a pipeline that never waits has ended when its run has started on the caller's executor`() async {
        let (here, waits) = (Self.run(), Self.run())
        let gate = Latch()
        await withTaskExecutorPreference(executor) {
            here.start(on: executor, isHere: true) { Self.answer }
            #expect(!here.stop(.shutdown), "the run is over")
            waits.start(on: executor, isHere: true) {
                await gate.wait()
                return Self.answer
            }
            #expect(waits.stop(.shutdown), "a run whose pipeline waits can be stopped")
        }
        let stopped = Self.run()
        let sawCancel = Locked(false)
        stopped.stop(.shutdown)
        await withTaskExecutorPreference(executor) {
            stopped.start(on: executor, isHere: true) {
                sawCancel.value = Task.isCancelled
                return Self.answer
            }
        }
        #expect(await Self.text(stopped.end()) == "shutdown, a report")
        #expect(sawCancel.value, "a run stopped before its start begins cancelled")
        gate.open()
        #expect(await Self.text(here.end()) == "reported")
        #expect(await Self.text(waits.end()) == "shutdown, a report")
    }

    @Test(arguments: [StopReason.timeout, .shutdown, .cancelled, .leaseLost, .taken])
    func `the reason of a stop outranks what the pipeline reports afterwards`(_ reason: StopReason) async {
        let run = Self.run()
        let begun = Latch()
        let stopped = Latch()
        run.start(on: executor) {
            begun.open()
            await withTaskCancellationHandler {
                await stopped.wait()
            } onCancel: {
                stopped.open()
            }
            return Self.answer
        }
        await begun.wait()
        #expect(run.stop(reason))
        #expect(!run.stop(reason == .timeout ? .shutdown : .timeout), "the first reason counts")
        #expect(await Self.text(run.end()) == "\(reason), a report")
    }

    @Test func `a run stopped before its start is cancelled as it starts`() async {
        let run = Self.run()
        #expect(run.stop(.shutdown))
        let cancelled = Latch()
        run.start(on: executor) {
            await withTaskCancellationHandler {
                await cancelled.wait()
            } onCancel: {
                cancelled.open()
            }
            throw CancellationError()
        }
        #expect(await Self.text(run.end()) == "shutdown, nothing")
    }

    @Test func `a pipeline that ignores its cancellation is left after the grace, and reports in vain`() async {
        let run = Self.run(grace: .milliseconds(1))
        let (release, isOver) = (Latch(), Latch())
        run.start(on: executor) {
            await release.wait()
            isOver.open()
            return Self.answer
        }
        #expect(run.stop(.timeout))
        #expect(await Self.text(run.end()) == "timeout, nothing")
        release.open()
        await isOver.wait()
        #expect(await Self.text(run.end()) == "timeout, nothing")
    }

    @Test func `of stops and an end that race the run ends once, as one of them says`() async {
        for _ in 0..<300 {
            let run = Self.run()
            run.start(on: executor) { Self.answer }
            async let one = run.stop(.timeout)
            async let other = run.stop(.cancelled)
            let result = await Self.text(run.end())
            let stops = await [one, other]
            #expect(stops.count { $0 } <= 1)
            #expect(["reported", "timeout, a report", "cancelled, a report"].contains(result), "\(result)")
        }
    }

    @Test func `progress is taken once, and none after the end`() async {
        let run = Self.run()
        #expect(run.takeProgress() == nil && !run.hasProgress)
        run.log.say("half")
        #expect(run.takeProgress()?.progress.logTail == "half\n" && run.takeProgress() == nil && run.hasProgress)
        run.start(on: executor) { Self.answer }
        _ = await run.end()
        run.log.say("late")
        #expect(run.takeProgress() == nil)
    }
}
