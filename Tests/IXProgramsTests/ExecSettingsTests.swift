import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite struct ExecSettingsTests {
    private func settings(
        _ command: [String] = ["true"], environment: [String: String] = [:], pass: [String] = [],
        timeout: Duration = .seconds(1), grace: Duration = .seconds(1), memory: Int? = nil, root: String? = nil,
        daemon: [String: String] = [:]
    ) throws -> ExecSettings {
        try ExecSettings(
            command: command, environment: environment, passEnvironment: pass, timeout: timeout, killGrace: grace,
            limits: ProcessLimits(memoryBytes: memory), workingRoot: root, daemon: daemon)
    }

    @Test(arguments: [[], [""], ["./run.sh"], ["bin/run"], ["true", "a\0b"]])
    func `a command is an absolute path or a name`(command: [String]) {
        #expect(throws: InvalidInput.self) { try settings(command) }
    }

    @Test(arguments: [
        "IX_POSTGRES_URL", "IX_ANYTHING", "PGPASSWORD", "PGHOST", "NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY",
        "LISTEN_FDS", "WATCHDOG_USEC", "", "A=B", "1A", "A B",
    ])
    func `what is the daemon's alone can't be passed on`(name: String) {
        #expect(throws: InvalidInput.self) { try settings(pass: [name], daemon: [name: "secret"]) }
    }

    @Test(arguments: ["IX_JOB_ID", "IX_ATTEMPT", "IX_CONTROL", "TRACEPARENT", "A=B", ""])
    func `what is said of a job can't be overridden`(name: String) {
        #expect(throws: InvalidInput.self) { try settings(environment: [name: "x"]) }
    }

    @Test func `a value without an end is refused`() {
        #expect(throws: InvalidInput.self) { try settings(environment: ["A": "x\0y"]) }
    }

    @Test func `times and memory have a least`() {
        #expect(throws: InvalidInput.self) { try settings(timeout: .zero) }
        #expect(throws: InvalidInput.self) { try settings(grace: .seconds(-1)) }
        #expect(throws: InvalidInput.self) { try settings(memory: 1 << 20) }
    }

    @Test func `the working root is absolute, the runtime directory unless said otherwise`() throws {
        #expect(throws: InvalidInput.self) { try settings(root: "work") }
        #expect(try settings(root: "/work").workingRoot == "/work")
        #expect(try settings(daemon: ["RUNTIME_DIRECTORY": "/run/ix"]).workingRoot == "/run/ix")
    }
}

@Suite struct ExecEnvironmentTests {
    private let workshop: Workshop
    private let directory: PrivateDirectory

    init() throws {
        workshop = try Workshop()
        directory = try PrivateDirectory(root: workshop.root, jobID: UUID())
    }

    private func variables(
        _ environment: [String: String] = [:], pass: [String] = [], daemon: [String: String] = [:],
        request: RequestIX? = nil
    ) throws -> [String: String] {
        let settings = try workshop.pipeline(
            ["true"], environment: environment, passEnvironment: pass, daemon: daemon
        ).settings
        return JobEnvironment.variables(
            settings.base, request: try request ?? .sample(), context: workshop.context(attempts: 1),
            directory: directory,
            now: Date(timeIntervalSince1970: 0))
    }

    @Test func `the set is small and clean`() throws {
        let names = try variables(daemon: ["IX_POSTGRES_URL": "s", "SECRET": "s", "PGHOST": "s"]).keys.sorted()
        #expect(
            names == [
                "HOME", "IX_ATTEMPT", "IX_CLIENT_ID", "IX_CONTROL", "IX_DEADLINE", "IX_ID", "IX_JOB_ID",
                "IX_MAX_ATTEMPTS", "IX_REQUEST_ID", "IX_USE_CASE", "LANG", "PATH", "TMPDIR", "TRACEPARENT",
            ])
    }

    @Test func `the job is told in it`() throws {
        let variables = try variables()
        #expect(variables["IX_USE_CASE"] == "demo")
        #expect(variables["IX_CLIENT_ID"] == "client")
        #expect(variables["IX_REQUEST_ID"] == "request")
        #expect(variables["IX_ID"] == "ix-7")
        #expect(variables["IX_ATTEMPT"] == "2")
        #expect(variables["IX_MAX_ATTEMPTS"] == "3")
        #expect(variables["IX_DEADLINE"] == "1970-01-01T00:01:00.000Z")
        #expect(variables["IX_CONTROL"] == directory.control)
        #expect(variables["TMPDIR"] == directory.path)
    }

    @Test func `without an ix_id there is no IX_ID`() throws {
        #expect(try variables(request: .sample("{}"))["IX_ID"] == nil)
    }

    @Test func `the settings may add and replace, and pass on what they name`() throws {
        let variables = try variables(
            ["PATH": "/opt/bin", "MODEL": "big"], pass: ["LANG", "PROXY", "UNSET"],
            daemon: ["LANG": "de_DE", "PROXY": "p", "HOME": "/home/ix", "TZ": "Europe/Berlin", "OTHER": "o"])
        #expect(variables["PATH"] == "/opt/bin")
        #expect(variables["MODEL"] == "big")
        #expect(variables["LANG"] == "de_DE")
        #expect(variables["PROXY"] == "p")
        #expect(variables["HOME"] == "/home/ix")
        #expect(variables["TZ"] == "Europe/Berlin")
        #expect(variables["UNSET"] == nil && variables["OTHER"] == nil)
    }

    @Test func `a job that a daemon runs is told the daemon and its worker`() throws {
        let daemon = UUID()
        let context = PipelineContext(
            attempt: workshop.context().attempt, maxAttempts: 3, timeout: .seconds(60), daemonID: daemon, worker: 4,
            logger: self.workshop.log.logger)
        let variables = JobEnvironment.variables(
            try workshop.pipeline(["true"]).settings.base, request: try .sample(), context: context,
            directory: directory,
            now: .now)
        #expect(variables["IX_DAEMON"] == daemon.uuidString.lowercased() && variables["IX_WORKER"] == "4")
    }

    @Test func `a deadline beyond all bounds is still a time`() {
        let context = workshop.context(timeout: .seconds(Int64.max))
        #expect(context.deadlineText(from: Date(timeIntervalSince1970: 0.25)) == "2069-12-07T00:00:00.250Z")
    }
}
