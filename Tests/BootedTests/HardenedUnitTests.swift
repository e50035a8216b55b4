import FoundationEssentials
import IXConcurrency
import IXCore
import IXTestSupport
import Testing

/// The unit holds the daemon and its programs tightly, and they do their work all the same.
@Suite(.needsSystemd, .timeLimit(.minutes(3)))
struct HardenedUnitTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What a program has to be able to do, each under its own name: threads, children of its own, files, sockets, memory it
    /// writes and runs, its own priority.
    private static let able = """
        import ctypes, json, multiprocessing, os, signal, socket, sqlite3, subprocess, sys, tempfile, threading
        print("reading", file=sys.stderr)
        said = {}
        thread = threading.Thread(target=lambda: said.update(thread=True)); thread.start(); thread.join()
        said["child"] = subprocess.run(["sh", "-c", "echo hi"], capture_output=True, text=True).stdout
        with multiprocessing.Pool(2) as pool: said["pool"] = pool.map(abs, [-1, -2])
        with tempfile.NamedTemporaryFile() as file: file.write(b"x"); said["file"] = os.path.exists(file.name)
        sqlite3.connect("x.db").execute("CREATE TABLE t (x)"); said["sqlite"] = os.path.exists("x.db")
        listener = socket.create_server(("127.0.0.1", 0)); socket.create_connection(listener.getsockname())
        said["socket"] = True
        said["callback"] = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)()
        said["memory"] = "MemTotal" in open("/proc/meminfo").read() and os.cpu_count() > 0
        os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(1); said["nice"] = True
        print(json.dumps(said))
        """

    private static let tried = """
        import json, os, resource, signal, subprocess
        def refused(body):
            try: body(); return False
            except OSError: return True
        def denied(body):
            try: body(); return False
            except PermissionError: return True
        parent = os.getppid()
        said = {
            "etc": refused(lambda: open("/etc/ix-worker/mine", "w")), "usr": refused(lambda: open("/usr/mine", "w")),
            "homes": refused(lambda: os.listdir("/root")) or os.listdir("/root") == [],
            "environment": refused(lambda: open("/etc/ix-worker/environment").read()),
            "configuration": denied(lambda: open("/etc/ix-worker/ix-worker.toml").read()),
            "credential": denied(lambda: open("/run/credentials/ix-worker.service/postgres-passfile").read()),
            "state": denied(lambda: open("/var/lib/ix-worker/default.lock").read()),
            "made in state": denied(lambda: open("/var/lib/ix-worker/mine", "w")),
            "limits": denied(lambda: resource.prlimit(parent, resource.RLIMIT_CPU, (9999, 9999))),
            "own limits": resource.prlimit(0, resource.RLIMIT_CORE, (0, 0)) is not None,
            "home": os.environ["HOME"] == os.getcwd(),
            "kill": refused(lambda: os.kill(parent, 0)), "memory": refused(lambda: open(f"/proc/{parent}/mem", "rb").read(1)),
            "variables": refused(lambda: open(f"/proc/{parent}/environ").read()),
            "others": not os.path.exists("/proc/1/status"), "disk": not os.path.exists("/dev/vda") and not os.path.exists("/dev/sda"),
            "mount": subprocess.run(["mount", "-t", "tmpfs", "x", "/tmp"], capture_output=True).returncode != 0,
            "namespace": subprocess.run(["unshare", "-r", "true"], capture_output=True).returncode != 0,
            "credentials": "CREDENTIALS_DIRECTORY" not in os.environ,
            "capabilities": "CapBnd:\\t0000000000000000" in open("/proc/self/status").read(),
        }
        print(json.dumps(said))
        """

    private static func toml(_ programs: [String: String], _ more: String = "") -> String {
        programs.map { name, program in
            "[pipelines.\(name)]\nkind = \"exec\"\ncommand = [\"python3\", \"-c\", '''\n\(program)''']\n\(more)\n"
        }.joined()
    }

    private func response(_ database: TestDatabase, _ job: String) async throws -> String {
        try await database.wait(job, until: "status IN ('done', 'error')")
        let row = try await database.sql("SELECT response::text FROM ix_jobs WHERE job_id = $1::uuid", [job])
        return row[0][0] ?? ""
    }

    @Test func `a program of Python's does under the unit what programs do`() async throws {
        try await InstalledDaemon.with(toml: Self.toml(["able": Self.able])) { daemon, database in
            try await daemon.start()
            let said = try await response(database, database.enqueue("able"))
            for name in ["thread", "file", "sqlite", "socket", "memory", "nice"] {
                #expect(said.contains("\"\(name)\": true"), "\(name) in \(said)")
            }
            #expect(said.contains(#""child": "hi\n""#) && said.contains(#""callback": 7"#), "\(said)")
            #expect(said.contains(#""pool": [1, 2]"#), "\(said)")
        }
    }

    @Test func `what isn't its business is refused to a program under the unit`() async throws {
        try await InstalledDaemon.with(toml: Self.toml(["tried": Self.tried])) { daemon, database in
            try await daemon.machine.write(
                "*:*:*:*:secret\n", to: "/etc/credstore/ix-worker.postgres-passfile", mode: "600")
            try await daemon.start()
            let said = try await response(database, database.enqueue("tried"))
            #expect(!said.contains("false") && said.contains(#""capabilities": true"#), "\(said)")
        }
    }

    private static let nobody = """
        import json, os
        def denied(body):
            try: body(); return False
            except PermissionError: return True
        open("mine", "w").write("x")
        said = {
            "user": os.getuid() == 65534 and os.geteuid() == 65534, "groups": 0 not in os.getgroups(),
            "capabilities": all("0000000000000000" in l for l in open("/proc/self/status") if l[:6] in ("CapPrm", "CapEff", "CapAmb")),
            "private": os.path.exists(os.environ["TMPDIR"] + "/mine"),
            "credential": denied(lambda: open("/run/credentials/ix-worker.service/postgres-passfile").read()),
            "kill": denied(lambda: os.kill(os.getppid(), 0)), "setuid": denied(lambda: os.setuid(0)),
        }
        if os.fork() == 0:
            os.setsid()
            os.execvp("sleep", ["sleep", "1000"])
        print(json.dumps(said))
        """

    @Test func `with the drop-in for it a pipeline runs as a user of its own, and nothing of it is left`() async throws
    {
        let users = try String(
            contentsOf: Self.root.appending(path: "systemd/drop-ins/pipeline-users.conf"), encoding: .utf8)
        let toml = Self.toml(["nobody": Self.nobody], "user = \"nobody\"")
        try await InstalledDaemon.with(toml: toml, dropIn: users) { daemon, database in
            try await daemon.machine.write(
                "*:*:*:*:secret\n", to: "/etc/credstore/ix-worker.postgres-passfile", mode: "600")
            try await daemon.start()
            let said = try await response(database, database.enqueue("nobody"))
            #expect(!said.contains("false") && said.contains(#""user": true"#), "\(said)")
            #expect(try await daemon.machine.run(["pgrep", "sleep"]).exit == .code(1))
            #expect(try await daemon.machine.run(["sh", "-c", "ls /run/ix-worker"]).text == "")
        }
    }

    @Test func `without the drop-in a pipeline with a user of its own stops the start`() async throws {
        let toml = Self.toml(["nobody": Self.nobody], "user = \"nobody\"")
        try await InstalledDaemon.with(toml: toml) { daemon, _ in
            try await daemon.start(waiting: false)
            try await daemon.waitForMessage("pipeline-users.conf")
            try await daemon.wait("ExecMainStatus", "78")
        }
    }

    @Test func `warm processes and shell programs run under the unit, and a stop leaves none`() async throws {
        let client = Self.root.appending(path: "Config/pipelines/client").path
        let toml = """
            [pipelines.warm]
            kind = "worker"
            command = ["python3", "/mnt/client/echo.py"]
            [pipelines.shell]
            kind = "exec"
            command = ["sh", "-c", "cat >request; echo reading >&2; printf '{\\"here\\": true}'"]
            """
        // Wherever this tree lies: what is in /tmp or a home stays hidden from the unit.
        try await InstalledDaemon.with(toml: toml, binding: ["/mnt/client": client]) { daemon, database in
            try await daemon.start()
            for index in 0..<20 {
                let warm = try await database.enqueue("warm", fields: #"{"context":\#(index)}"#)
                #expect(try await response(database, warm).contains(#""context": \#(index)"#))
            }
            #expect(try await response(database, database.enqueue("shell")).contains(#""here": true"#))
            try await daemon.stop()
            #expect(try await daemon.machine.run(["pgrep", "-f", "echo.py"]).exit == .code(1))
            #expect(try await daemon.machine.run(["sh", "-c", "ls /run/ix-worker"]).exit != .code(0))
        }
    }

    @Test func `a program over its memory limit ends alone`() async throws {
        let toml = Self.toml(["big": "x = bytearray(1 << 30)"], "memory_mib = 128")
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            let before = try await daemon.property("MainPID")
            let said = try await response(database, database.enqueue("big"))
            #expect(said.contains("pipeline_failed"), "\(said)")
            #expect(try await response(database, database.enqueue("echo")).contains("echo"))
            #expect(try await daemon.property("MainPID") == before)
            #expect(try await daemon.property("NRestarts") == "0")
        }
    }

    @Test func `after a crash nothing of a program is left that left its session`() async throws {
        let toml = """
            [pipelines.stray]
            kind = "exec"
            command = ["sh", "-c", "(setsid sleep 600 &); sleep 600"]
            """
        try await InstalledDaemon.with(toml: toml) { daemon, database in
            try await daemon.start()
            let job = try await database.enqueue("stray")
            _ = try await eventually { try await daemon.machine.run(["pgrep", "-c", "sleep"]).text == "2" }
            let before = try await daemon.machine.run(["pgrep", "sleep"]).lines
            try await daemon.kill("KILL")
            try await database.wait(job, until: "status = 'running' AND attempts = 1")
            let after = try await daemon.machine.run(["pgrep", "sleep"]).lines
            #expect(before.count == 2 && Set(before).isDisjoint(with: after))
        }
    }

    @Test func `instances run side by side, each under its own name`() async throws {
        try await InstalledDaemon.with { daemon, database in
            let units = ["ix-worker@one.service", "ix-worker@two.service"]
            for unit in units { try await daemon.machine.start(unit) }
            let rows = try await database.sql("SELECT instance FROM ix_daemons ORDER BY 1")
            #expect(rows == [["one"], ["two"]])
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            try await daemon.machine.stop(units[0])
            let again = try await database.enqueue("echo")
            try await database.wait(again, until: "status = 'done'")
            try await daemon.machine.stop(units[1])
        }
    }

    @Test func `with the drop-in for limits it runs within them`() async throws {
        let limits = try String(contentsOf: Self.root.appending(path: "systemd/drop-ins/limits.conf"), encoding: .utf8)
        try await InstalledDaemon.with(dropIn: limits) { daemon, database in
            try await daemon.start()
            let job = try await database.enqueue("echo")
            try await database.wait(job, until: "status = 'done'")
            #expect(try await daemon.property("TasksMax") == "2048")
            #expect(try await daemon.property("MemoryMax") == "\(4 << 30)")
            #expect(try await daemon.complaints() == [])
        }
    }

    @Test func `an instance's unit is the service's but for what tells instances apart`() throws {
        let (single, template) = (try Self.lines("ix-worker.service"), try Self.lines("ix-worker@.service"))
        let own = template.filter { !single.contains($0) }
        #expect(
            own == [
                "Description=ix-worker, instance %i: runs the jobs of the table ix_jobs",
                "Environment=IX_WORKER_INSTANCE=%i", "EnvironmentFile=-/etc/ix-worker/%i.environment",
                "RuntimeDirectory=ix-worker-%i",
            ])
        #expect(single.count == template.count - 2)
    }

    private static func lines(_ unit: String) throws -> [String] {
        let text = try String(contentsOf: root.appending(path: "systemd/" + unit), encoding: .utf8)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
}
