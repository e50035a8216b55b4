import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// The slips that authors of handlers make cost the job that has the slip, and say so; the process goes on.
@Suite(.timeLimit(.minutes(5))) struct ClientSlipTests {
    private let bench: WarmBench

    init() throws { bench = try WarmBench() }

    private typealias Slip = ClientSlip

    private func expect(_ slip: ClientSlip, _ pipeline: WarmPipeline, _ code: String = "pipeline_error") async throws {
        let report = try await bench.run(pipeline, .sample(#"{"context":"slip"}"#))
        if let error = slip.error {
            #expect(report.error?.code == code && report.error?.message.contains(error) == true, "\(report)")
        } else {
            #expect(report.response != nil, "\(report)")
        }
        #expect(report.fault == nil)
        #expect(try await bench.run(pipeline, .sample(#"{"context":"well"}"#)).response != nil)
        await pipeline.close()
    }

    @Test(arguments: ClientSlip.python)
    func `a slip in Python costs its own job, and the process goes on`(_ slip: ClientSlip) async throws {
        let pipeline = try bench.pipeline(
            """
            import sys; sys.path.insert(0, "\(bench.folder)/client")
            \(ClientSlip.imports)
            import ix_pipeline
            def run(request, job):
                if request["context"] == "slip":
            \(slip.body(depth: 8))
                return {"ok": True}
            ix_pipeline.serve(run)
            """)
        try await expect(slip, pipeline)
    }

    @Test func `an async handler runs on one loop, and a cancel reaches its await`() async throws {
        let pipeline = try bench.pipeline(
            """
            import sys; sys.path.insert(0, "\(bench.folder)/client")
            import asyncio
            import ix_pipeline
            seen = set()
            async def run(request, job):
                seen.add(id(asyncio.get_running_loop()))
                if request["context"] == "wait":
                    print("waiting", flush=True)
                    await asyncio.sleep(60)
                if request["context"] == "library": raise asyncio.CancelledError
                return {"loops": len(seen)}
            ix_pipeline.serve(run)
            """)
        #expect(try await bench.run(pipeline, .sample(#"{"context":1}"#)).response?.document["loops"]?.text == "1")
        let cancelled = try await bench.cancelled(pipeline, .sample(#"{"context":"wait"}"#), once: "waiting")
        #expect(cancelled == PipelineReport(.cancelled))
        let library = try await bench.run(pipeline, .sample(#"{"context":"library"}"#))
        #expect(library.error?.code == "pipeline_error")
        #expect(try await bench.run(pipeline, .sample(#"{"context":1}"#)).response?.document["loops"]?.text == "1")
        await pipeline.close()
    }

    /// The versions that are here, the system's among them.
    private static var interpreters: [String] {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        let found = (9...13).flatMap { minor -> [String] in
            let pyenv = "\(home)/.pyenv/versions"
            let here = (try? FileManager.default.contentsOfDirectory(atPath: pyenv)) ?? []
            return ["/usr/bin/python3.\(minor)"]
                + here.filter { $0.hasPrefix("3.\(minor).") }.map { "\(pyenv)/\($0)/bin/python3" }
        }
        return ["/usr/bin/python3"] + found.filter { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test func `the Python client runs on every version that is here`() async throws {
        for interpreter in Self.interpreters {
            let pipeline = try bench.pipeline(command: [interpreter, bench.folder + "/client/echo.py"])
            let report = try await bench.run(pipeline)
            #expect(report.response?.document["context"]?.object?["a"]?.text == "1", "\(interpreter): \(report)")
            await pipeline.close()
        }
    }

    static let shell: [ClientSlip] = [
        Slip("echo all is well", "refused"), Slip("echo '{\"a\":1}'; echo '{\"b\":2}'", "refused"),
        Slip("exit 3", "run ended with 3"), Slip("nosuchcommand", "run ended with 127"), Slip("echo 5", "refused"),
        Slip(":", "refused"),
        Slip("ix_progress nan 'a \"b\" \\ c'; ix_log \"$(printf 'a\\tb\\nc')\"; echo '{}'"),
        Slip("ix_progress .5; ix_progress 1.; ix_progress; echo '{}'"), Slip("printf '{\"a\":\\n\\n1}'"),
        Slip("echo noise >&2; cat; echo '{}'"),
    ]

    @Test(arguments: shell, ["dash", "bash"])
    func `a slip in shell costs its own job, and the process goes on`(_ slip: ClientSlip, _ shell: String) async throws
    {
        let script = """
            . "\(bench.folder)/client/ix_pipeline.sh"
            run() { case $1 in *'"slip"'*) \(slip.code) ;; *) echo '{"ok":true}' ;; esac; }
            ix_serve
            """
        let pipeline = try bench.pipeline(command: [shell, "-c", script])
        let ended = slip.error?.hasPrefix("run ended") == true
        try await expect(slip, pipeline, ended ? "pipeline_failed" : "bad_output")
    }

    @Test(arguments: ["dash", "bash"])
    func `the shell client hands numbers on as the caller wrote them`(_ shell: String) async throws {
        let pipeline = try bench.pipeline(command: [shell, bench.folder + "/client/echo.sh"])
        let document = #"{"order":9007199254740993,"id":12345678901234567890,"job":{"price":1.10,"x":",\"job\":{"}}"#
        let report = try await bench.run(pipeline, .sample("{\"context\":\(document)}"))
        let request = try #require(report.response?.document["request"]?.object)
        #expect(request["context"]?.text == document)
        await pipeline.close()
    }

    static let node: [ClientSlip] = [
        Slip("throw new Error('secret')", "the pipeline failed"), Slip("throw 5", "the pipeline failed"),
        Slip("throw undefined", "the pipeline failed"),
        Slip("return { items: [{ price: NaN }] }", "$.items[0].price is NaN"),
        Slip("return { a: () => 1 }", "$.a is a function"), Slip("return undefined", "$ is undefined"),
        Slip("const d = {}; d.d = d; return d", "nested deeper"), Slip("return { at: new Date(0), big: 2n ** 70n }"),
        Slip("job.progress(NaN, 'none'); job.progress(null); job.log({ a: 1 }); job.log('\\ud800')"),
        Slip("process.stdout.write('noise\\n'); console.log('more')"),
        Slip("setTimeout(() => { throw new Error('later') }, 1); await new Promise(() => {})", "the pipeline failed"),
        Slip("Promise.reject(new Error('unhandled')); await new Promise(() => {})", "the pipeline failed"),
        Slip("process.exit(0)", "the pipeline failed"), Slip("process.exit(3)", "the pipeline failed"),
    ]

    @Test(arguments: node)
    func `a slip in JavaScript costs its own job`(_ slip: ClientSlip) async throws {
        let pipeline = try bench.pipeline(command: ["node", "--input-type=module", "-e", nodeProgram(slip.code)])
        try await expect(slip, pipeline)
    }

    private func nodeProgram(_ code: String, _ options: String = "{}") -> String {
        """
        import { serve } from "\(bench.folder)/client/ix-pipeline.mjs";
        serve(async (request, job) => {
            if (request.context === "slip") { \(code) }
            return { ok: true, request };
        }, \(options));
        """
    }

    @Test func `JavaScript gets long integers as text or as BigInt on request, and writes them back`() async throws {
        for (integers, written) in [("bigint", "9007199254740993"), ("text", "\"9007199254740993\"")] {
            let program = nodeProgram("", "{ integers: \"\(integers)\" }")
            let pipeline = try bench.pipeline(command: ["node", "--input-type=module", "-e", program])
            let report = try await bench.run(
                pipeline, .sample(#"{"context":{"order":9007199254740993,"s":"1234567890123456"}}"#))
            let context = report.response?.document["request"]?.object?["context"]?.object
            #expect(context?["order"]?.text == written && context?["s"]?.text == #""1234567890123456""#, "\(report)")
            await pipeline.close()
        }
    }

    @Test func `a cancel aborts the signal of a JavaScript run`() async throws {
        let code =
            "job.log('waiting'); await new Promise((_, no) => job.signal.addEventListener('abort', () => no(job.signal.reason)))"
        let pipeline = try bench.pipeline(command: ["node", "--input-type=module", "-e", nodeProgram(code)])
        let report = try await bench.cancelled(pipeline, .sample(#"{"context":"slip"}"#), once: "waiting")
        #expect(report == PipelineReport(.cancelled))
        #expect(try await bench.run(pipeline).response != nil)
        await pipeline.close()
    }
}
