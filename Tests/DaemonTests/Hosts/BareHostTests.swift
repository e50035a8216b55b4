import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// Hosts that lack something: each lack is named, or not missed.
@Suite(.timeLimit(.minutes(3))) struct BareHostTests {
    private func variables(_ file: TestFile) throws -> [String: String] {
        var variables = StoreAddress.variables(file.path)
        variables["IX_WORKER_STATE_DIRECTORY"] = try Scratch.directory()
        return variables
    }

    @Test(arguments: ["ix-worker", "ixctl"])
    func `without random numbers neither program starts`(_ program: String) async throws {
        try await TestFile.with { file in
            let words = program == "ixctl" ? ["enqueue", "echo"] : []
            let process = try await Denied.start(.getrandom, EPERM, program, words, environment: variables(file))
            #expect(try await process.exitStatus(within: .seconds(5)) == .code(69))
            #expect(process.lines.contains { $0.contains("the kernel gives no random numbers") })
            #expect(access(file.path, F_OK) != 0)
        }
    }

    @Test(.needsRoot) func `two jobs have two ids where /dev is empty`() async throws {
        try await TestFile.with { file in
            let mounts = try await OwnMounts("mount -t tmpfs none /dev")
            var ids: Set<String> = []
            for _ in 0..<2 {
                let said = try await mounts.run(
                    try Programs.path("ixctl"), ["enqueue", "echo"], environment: StoreAddress.variables(file.path))
                #expect(said.exit == .code(0), "\(said.text)")
                if let id = said.jobID { ids.insert(id) }
            }
            #expect(ids.count == 2)
        }
    }

    @Test func `a start whose threads are denied says so and ends`() async throws {
        try await TestFile.with { file in
            for (program, words) in [("ix-worker", []), ("ixctl", ["stats"])] {
                let process = try await Denied.start(.clone3, EPERM, program, words, environment: variables(file))
                #expect(try await process.exitStatus(within: .seconds(5)) == .code(69))
                #expect(process.lines.contains { $0.contains("threads") && $0.contains("clone3") })
            }
        }
    }

    @Test(.needsRoot, arguments: [2, 6, 12])
    func `so does one whose number of tasks is used up`(_ tasks: Int) async throws {
        let folder = try Scratch.directory()
        // A user number that no other process has, since the limit counts all processes of it.
        let user = 310_000 + Int(getpid() % 10_000) * 16 + tasks
        chown(folder, uid_t(user), 0)
        let process = try TestProcess(
            "/usr/bin/setpriv",
            ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", "prlimit", "--nproc=\(tasks)"]
                + [try Programs.path("ix-worker")],
            environment: ["IX_SQLITE_PATH": folder + "/jobs.db", "HOME": folder, "PATH": "/usr/bin:/bin"])
        #expect(try await process.exitStatus(within: .seconds(5)) == .code(69))
        #expect(process.lines.contains { $0.contains("RLIMIT_NPROC") && $0.contains("pids.max") })
    }

    @Test(.needsRoot) func `a folder for private directories that can't be written is named`() async throws {
        try await TestFile.with { file in
            let folder = try Scratch.directory()
            let mounts = try await OwnMounts("mount --bind \(folder) \(folder) && mount -o remount,ro,bind \(folder)")
            let toml = "[pipelines.sh]\nkind = \"exec\"\ncommand = [\"sh\", \"-c\", \"cat >/dev/null; echo '{}'\"]\n"
            var variables = try variables(file)
            let state = try #require(variables["IX_WORKER_STATE_DIRECTORY"])
            try toml.write(to: URL(filePath: state + "/c.toml"))
            variables["TMPDIR"] = folder
            let daemon = try mounts.start(
                try Programs.path("ix-worker"), ["--config", state + "/c.toml"], environment: variables)
            try await daemon.waitForLine(containing: " ready ")
            _ = try await file.enqueue("sh", "{}")
            let line = try await daemon.waitForLine(containing: "pipeline can't be run")
            #expect(line.contains("in \(folder): Read-only file system") && line.contains("TMPDIR"))
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
        }
    }

    @Test(.needsRoot, arguments: ["ix-worker", "ixctl"])
    func `without /proc neither program starts, and nothing is done by halves`(_ program: String) async throws {
        try await TestFile.with { file in
            let mounts = try await OwnMounts("mount -t tmpfs none /proc")
            let words = program == "ixctl" ? ["enqueue", "echo"] : []
            let said = try await mounts.run(try Programs.path(program), words, environment: variables(file))
            #expect(said.exit == .code(69) && said.text.contains("\(program): /proc can't be read"), "\(said.text)")
            #expect(access(file.path, F_OK) != 0)
        }
    }

    @Test(.needsRoot, arguments: ["ix-worker", "ixctl"])
    func `with the /proc of another process table neither program starts`(_ program: String) async throws {
        try await TestFile.with { file in
            let words = [try Programs.path(program)] + (program == "ixctl" ? ["enqueue", "echo"] : [])
            let process = try TestProcess(
                "/usr/bin/unshare", ["--pid", "--fork", "--kill-child"] + words, environment: variables(file))
            #expect(try await process.exitStatus() == .code(69))
            #expect(process.lines.contains { $0.contains("\(program): /proc is that of another process table") })
            #expect(access(file.path, F_OK) != 0)
        }
    }

    @Test(.needsRoot) func `a configuration that is away at a reload changes nothing`() async throws {
        try await TestFile.with { file in
            let mounts = try await OwnMounts(
                "mount -t tmpfs none /etc && mkdir /etc/ix-worker && "
                    + "printf '[pipelines.mine]\\nkind = \"echo\"\\n' >/etc/ix-worker/ix-worker.toml")
            let daemon = try mounts.start(
                try Programs.path("ix-worker"), [], environment: variables(file))
            try await daemon.waitForLine(containing: " ready ")
            let moved = try await mounts.run("/bin/mv", ["/etc/ix-worker/ix-worker.toml", "/etc/ix-worker/aside"])
            #expect(moved.exit == .code(0))
            daemon.signal(SIGHUP)
            let line = try await daemon.waitForLine(containing: "nothing changed")
            #expect(line.contains("/etc/ix-worker/ix-worker.toml: can't be read: No such file"))
            let said = try await TestCtl.run(file.path, ["enqueue", "mine", "--wait"])
            #expect(said.exit == .code(0), "\(said.text)")
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitStatus() == .code(0))
        }
    }
}
