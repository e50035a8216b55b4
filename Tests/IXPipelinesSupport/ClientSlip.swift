/// A slip that the author of a handler makes, and its cost: the job that has the slip, in words.
package struct ClientSlip: Sendable, CustomStringConvertible {
    /// The lines of the handler.
    package let code: String
    /// A part of the error's message; nil where the job is done all the same.
    package let error: String?
    package var description: String { code }

    package init(_ code: String, _ error: String? = nil) { (self.code, self.error) = (code, error) }

    /// Slips in Python. The modules that the lines use are imported by `imports`.
    package static let python = [
        ClientSlip("sys.exit('no use')", "the pipeline failed"), ClientSlip("exit(0)", "the pipeline failed"),
        ClientSlip("raise KeyboardInterrupt", "the pipeline failed"),
        ClientSlip("raise asyncio.CancelledError", "the pipeline failed"),
        ClientSlip("raise GeneratorExit", "the pipeline failed"), ClientSlip("1 / 0", "the pipeline failed"),
        ClientSlip("def deep(): deep()\ndeep()", "the pipeline failed"),
        ClientSlip("return {'items': [1, {'price': float('nan')}]}", "$.items[1].price is nan"),
        ClientSlip("return {'at': datetime.datetime.now()}", "$.at is a datetime"),
        ClientSlip("return {'sum': decimal.Decimal('1.1')}", "$.sum is a Decimal"),
        ClientSlip("return {'raw': b'x'}", "$.raw is a bytes"), ClientSlip("return {'s': {1}}", "$.s is a set"),
        ClientSlip("return {'half': '\\ud800'}", "half a surrogate"),
        ClientSlip("return {(1, 2): 3}", "a key of type tuple"),
        ClientSlip("d = {}\nd['d'] = d\nreturn d", "nested deeper"),
        ClientSlip("for _ in range(20): job.progress(float('nan'), 'no total yet')"),
        ClientSlip("job.progress(None)\njob.progress('x', decimal.Decimal(1))\njob.log(b'\\xff')\njob.log('\\ud800')"),
        ClientSlip("job.progress(float('inf'), datetime.datetime.now())"), ClientSlip("print('x' * 100000)"),
        ClientSlip("os.system('echo from a child')"), ClientSlip("os.close(1)\nos.dup2(2, 1)"),
        ClientSlip(
            "threads = [threading.Thread(target=lambda: [job.log('y' * 50000) for _ in range(20)]) for _ in range(4)]\n"
                + "[t.start() for t in threads]\n[t.join() for t in threads]"),
        ClientSlip("with multiprocessing.get_context('fork').Pool(2) as pool: pool.map(str, range(100))"),
        ClientSlip("if os.fork() == 0: return {'whose': 'child'}\nos.wait()"),
        ClientSlip("if os.fork() == 0:\n    job.log('child')\n    os._exit(0)\nos.wait()"),
        ClientSlip("sys.stdin.read()"), ClientSlip("sys.stdout.close()\nsys.stdout = sys.__stderr__"),
        ClientSlip("raise SystemExit(75)", "the pipeline failed"),
        ClientSlip("raise BaseException('odd')", "the pipeline failed"),
        ClientSlip("import no_such_module", "the pipeline failed"),
        ClientSlip("assert request is None", "the pipeline failed"),
        ClientSlip("return {'price': 1e400}", "$.price is inf"),
        ClientSlip("return {'o': object()}", "$.o is a object"),
        ClientSlip("os.chdir('/')\nos.environ.clear()"), ClientSlip("logging.getLogger().critical('%s and %s', 'one')"),
        ClientSlip("sys.stdout.close()\nsys.stdin.close()\nos.close(2)"),
        ClientSlip("job.log(None)\njob.log({'a': 1})"),
    ]

    /// Slips that end the process, which costs the job its starts.
    package static let pythonCrashes = [
        ClientSlip("os._exit(3)", "the last"), ClientSlip("os.kill(os.getpid(), 9)", "the last"),
        ClientSlip("signal.raise_signal(signal.SIGSEGV)", "the last"),
    ]

    package static let imports =
        "import asyncio, datetime, decimal, logging, multiprocessing, os, signal, sys, threading"

    /// The handler's lines as the body of a function that is indented by `depth` blanks.
    package func body(depth: Int) -> String {
        code.split(separator: "\n").map { String(repeating: " ", count: depth) + $0 }.joined(separator: "\n")
    }
}
