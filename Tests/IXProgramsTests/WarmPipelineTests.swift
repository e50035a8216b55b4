import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(3))) struct WarmPipelineTests {
    private let bench: WarmBench

    init() throws { bench = try WarmBench() }

    @Test func `a process is kept warm for the next job`() async throws {
        let pipeline = try bench.pipeline(
            bench.python("done(pid=os.getpid(), attempt=job['attempt'], context=request.get('context'))"))
        let first = try await bench.run(pipeline)
        let second = try await bench.run(pipeline)
        #expect(first.response != nil && first.response?.document["pid"] == second.response?.document["pid"])
        #expect(first.response?.document["context"]?.text == #"{"a": 1}"#)
        #expect(first.response?.document["attempt"]?.text == "1")
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `closing ends an idle process by the end of its input, and waits until nothing is left`() async throws {
        let pipeline = try bench.pipeline(
            bench.python("done(pid=os.getpid())") + "\nopen(os.environ['MARK'], 'w').write('drained')")
        let pid = try #require(try await bench.run(pipeline).response?.document["pid"]?.number)
        await pipeline.close()
        #expect(kill(pid_t(pid), 0) == -1 && errno == ESRCH)
        #expect(try String(contentsOfFile: bench.mark, encoding: .utf8) == "drained")
    }

    @Test func `an answer that can't be read ends its job at once as exec's does, and the process goes on`()
        async throws
    {
        let pipeline = try bench.pipeline(
            bench.python(
                """
                if job['attempt'] and request.get('options'):
                    done(pid=os.getpid())
                else:
                    done(score=float('nan'))
                """))
        let report = try await bench.run(pipeline)
        guard case .discard(let error) = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
        #expect(
            error.code == "bad_output" && error.message.contains("refused") && error.detail?.contains("NaN") == true)
        #expect(report.fault == nil)
        await pipeline.close()
    }

    @Test(arguments: [
        "datetime.datetime(2026, 3, 4)", "float('nan')", "{1, 2}", "b'x'", "'\\ud800'", "{('a', 'b'): 1}",
        "(lambda d: d.update(d=d) or d)({})",
        "[[]] and __import__('functools').reduce(lambda a, _: [a], range(100000), [])",
    ])
    func `the Python client names the place that JSON can't write, and lives on`(_ value: String)
        async throws
    {
        let program = """
            import datetime, os, sys
            sys.path.insert(0, '\(bench.folder)/client')
            import ix_pipeline
            count = 0
            def run(request, job):
                global count
                count += 1
                return {'pid': os.getpid(), 'count': count} if count == 2 else {'value': \(value)}
            ix_pipeline.serve(run)
            """
        let pipeline = try bench.pipeline(program)
        guard case .discard(let error) = try await bench.run(pipeline).outcome else {
            Issue.record("taken")
            return
        }
        #expect(error.code == "pipeline_error" && error.message.contains("$.value"))
        #expect(bench.workshop.logTail.contains("can't be written as JSON: $.value"))
        #expect(try await bench.run(pipeline).response?.document["count"]?.text == "2")
        await pipeline.close()
    }

    @Test func `jobs at a time have a process each`() async throws {
        let pipeline = try bench.pipeline(bench.python("time.sleep(0.3)\ndone(pid=os.getpid())"))
        async let one = bench.run(pipeline)
        async let two = bench.run(pipeline)
        let pids = try await [one, two].compactMap { $0.response?.document["pid"]?.text }
        #expect(Set(pids).count == 2)
        await pipeline.close()
    }

    @Test func `progress and log lines are the job's`() async throws {
        let pipeline = try bench.pipeline(
            bench.python(
                "say(progress=0.5, message='half')\nsay(log='to the log')\nprint('on stderr', file=sys.stderr)\ndone()")
        )
        _ = try await bench.run(pipeline)
        #expect(bench.workshop.progress == [PipelineContext.Progress(fraction: 0.5, message: "half")])
        #expect(bench.workshop.logTail.contains("to the log\n") && bench.workshop.logTail.contains("on stderr\n"))
        await pipeline.close()
    }

    @Test func `it may ask for another attempt, or refuse the job`() async throws {
        let retry = try bench.pipeline(
            bench.python("say(retry={'job_id': job['job_id'], 'after': 7, 'message': 'later'})"))
        #expect(try await bench.run(retry).outcome == .retry(after: .seconds(7), JobError("pipeline_retry", "later")))
        await retry.close()
        let discard = try bench.pipeline(
            bench.python("say(discard={'job_id': job['job_id'], 'code': 'no', 'message': 'never'})"))
        #expect(try await bench.run(discard).outcome == .discard(JobError("no", "never")))
        await discard.close()
    }

    @Test(
        arguments: [
            ("done=1", "bad_output"), ("say(done={'job_id': job['job_id'], 'response': 5})", "bad_output"),
            ("say(done={'job_id': job['job_id']})", "bad_output"),
            ("say(done={'job_id': job['job_id'], 'response': {'x': 'y' * (4 << 20)}})", "bad_output"),
            ("say(done={'job_id': job['job_id'], 'response': {'x': 'y' * (5 << 20)}})", "output_too_large"),
        ].dropFirst())
    func `a response that is none ends the job with a reason`(line: String, code: String) async throws {
        let pipeline = try bench.pipeline(bench.python(line))
        let report = try await bench.run(pipeline)
        #expect(report.isDiscard && report.error?.code == code)
        await pipeline.close()
    }

    @Test(arguments: [
        "os._exit(3)", "os.kill(os.getpid(), 9)", "sys.stdout.write('{\"done\":'); sys.stdout.flush(); os._exit(0)",
    ])
    func `a crash hands its job back, and the next job has another process`(death: String) async throws {
        let pipeline = try bench.pipeline(
            bench.python("if request['context']['a'] == 1:\n    \(death)\ndone(pid=os.getpid())"))
        let report = try await bench.run(pipeline)
        #expect(report.isRetry && report.error?.code == "pipeline_crashed" && report.fault?.isUnstarted == false)
        let next = try await bench.run(pipeline, .sample(#"{"context":{"a":2}}"#))
        #expect(next.response != nil)
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `lines outside the protocol end no job, and the first ten are logged`() async throws {
        let noisy = try bench.pipeline(bench.python("for n in range(5000): print('noise', n)\ndone()"))
        #expect(try await bench.run(noisy).response != nil)
        #expect(bench.workshop.log.lines.count { $0.metadata["line"]?.description.hasPrefix("noise") == true } == 10)
        await noisy.close()
    }

    @Test func `an answer to another job is none`() async throws {
        let pipeline = try bench.pipeline(
            bench.python("say(done={'job_id': 'another', 'response': {}})\ndone(right=True)"))
        #expect(try await bench.run(pipeline).response?.document["right"]?.text == "true")
        await pipeline.close()
    }

    @Test(arguments: [("sys.exit(9)", "exit 9"), ("time.sleep(60)", "start_timeout_seconds")])
    func `a process that doesn't get ready costs the job no start`(before: String, reason: String) async throws {
        // Only the sleep is to reach the limit; an exit may take a busy machine longer.
        let limit: Duration = reason.hasPrefix("exit") ? .seconds(30) : .milliseconds(700)
        let pipeline = try bench.pipeline(bench.python("done()", before: before), startTimeout: limit)
        let report = try await bench.run(pipeline)
        #expect(report.isRetry && report.error?.code == "pipeline_misconfigured")
        #expect(report.fault?.isUnstarted == true && report.fault?.reason.contains(reason) == true)
        await pipeline.close()
        #expect(try bench.workshop.left == [])
    }

    @Test func `a program that isn't there costs the job no start`() async throws {
        let pipeline = try bench.pipeline(command: ["/nowhere/program"])
        let report = try await bench.run(pipeline)
        #expect(report.isRetry && report.fault?.isUnstarted == true)
        #expect(bench.workshop.log.lines.contains { $0.message == "pipeline can't be run" })
    }

    @Test func `answers, progress and log lines of another attempt are not this one's`() async throws {
        let pipeline = try bench.pipeline(
            bench.python(
                """
                old = {'job_id': job['job_id'], 'attempt': job['attempt'] - 1}
                now = {'job_id': job['job_id'], 'attempt': job['attempt']}
                say(progress=0.1, **old); say(log='old news', **old)
                say(done=dict(old, response={'old': True}))
                say(progress=0.2, **now); say(log='new news', **now)
                say(done=dict(now, response={'old': False}))
                """))
        let report = try await bench.run(pipeline)
        #expect(report.response?.document["old"]?.text == "false")
        #expect(bench.workshop.progress.map(\.fraction) == [0.2])
        #expect(bench.workshop.logTail == "new news\n")
        await pipeline.close()
    }

    @Test func `a process is replaced after so many jobs, at an age, and over a size`() async throws {
        let answer = bench.python(
            "done(pid=os.getpid())\nx = bytearray(80 << 20) if request['context']['a'] == 2 else 0")
        let used = try bench.pipeline(answer, maxJobs: 2)
        var pids: [String] = []
        for _ in 0..<4 { pids.append(try await bench.run(used).response?.document["pid"]?.text ?? "") }
        #expect(pids[0] == pids[1] && pids[1] != pids[2] && pids[2] == pids[3])
        await used.close()
        let old = try bench.pipeline(answer, maxAge: .milliseconds(300))
        let young = try await bench.run(old)
        try await bench.gone(young)
        #expect(try await bench.run(old).response?.document["pid"] != young.response?.document["pid"])
        await old.close()
    }

    @Test func `what a process leaves behind goes with it`() async throws {
        let pipeline = try bench.pipeline(
            bench.python(
                "import subprocess\np = subprocess.Popen(['setsid', 'sleep', '1000'])\ntime.sleep(0.1)\ndone(pid=p.pid)"
            ))
        let left = try #require(try await bench.run(pipeline).response?.document["pid"]?.number)
        await pipeline.close()
        #expect(ProcessTable.start(of: pid_t(left)) == nil)
    }

    @Test func `the clients of Python, shell and Node run jobs`() async throws {
        for program in ["echo.py", "echo.sh", "echo.mjs"] {
            let pipeline = try bench.pipeline(command: [bench.folder + "/client/" + program])
            for _ in 0..<2 {
                let report = try await bench.run(pipeline)
                let response = report.response?.document
                let context = response?["context"] ?? response?["request"]?.object?["context"]
                #expect(context?.object?["a"]?.text == "1", "\(program): \(report)")
            }
            await pipeline.close()
        }
        #expect(try bench.workshop.left == [])
    }

    @Test func `the Python client turns exceptions into outcomes, and keeps prints off the protocol`() async throws {
        let program = """
            import sys; sys.path.insert(0, "\(bench.folder)/client")
            import ix_pipeline
            def run(request, job):
                print("printed")
                what = request["context"]
                if what == "retry": raise ix_pipeline.Retry("later", after=3)
                if what == "discard": raise ix_pipeline.Discard("no", "never")
                if what == "cancel":
                    while True: job.progress(0.1)
                raise ValueError("secret detail")
            ix_pipeline.serve(run)
            """
        let pipeline = try bench.pipeline(program)
        func outcome(_ what: String) async throws -> Outcome {
            try await bench.run(pipeline, .sample("{\"context\":\"\(what)\"}")).outcome
        }
        #expect(try await outcome("retry") == .retry(after: .seconds(3), JobError("pipeline_retry", "later")))
        #expect(try await outcome("discard") == .discard(JobError("no", "never")))
        #expect(try await outcome("else") == .discard(JobError("pipeline_error", "the pipeline failed")))
        #expect(bench.workshop.logTail.contains("printed") && bench.workshop.logTail.contains("secret detail"))
        let report = try await bench.cancelled(pipeline, .sample(#"{"context":"cancel"}"#), once: "printed")
        #expect(report == PipelineReport(.cancelled))
        await pipeline.close()
    }
}
