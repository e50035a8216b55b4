import IXTestSupport
import Testing

/// The Ansible role of `deploy/ansible`, run on the host that it sets up.
@Suite(.needsPackage, .serialized, .timeLimit(.minutes(15)))
struct AnsibleRoleTests {
    private static let variables = """
        ix_worker_package: /mnt/packages/1.deb
        ix_worker_postgres_url: postgresql:///ix
        ix_worker_environment: {IX_WORKER_GRACE_SECONDS: 1, IX_METRICS_ENABLED: true}
        ix_worker_credentials: {callback-secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
        ix_worker_configuration:
          greet: |
            [pipelines.greet]
            kind = "echo"
          other: |
            [pipelines.other]
            kind = "echo"

        """

    /// Runs the play; returns what it printed, with the recap in the last line.
    private static func play(_ debian: PackagedDaemon, _ variables: String) async throws -> BootedSystemd.Output {
        try await debian.machine.write(variables, to: "/root/variables.yml")
        return try await debian.machine.run(
            [
                "env", "HOME=/root", "LC_ALL=C.UTF-8", "ANSIBLE_NOCOLOR=1", "ansible-playbook", "--connection", "local",
                "--inventory", "localhost,", "/mnt/ansible/site.yml", "--extra-vars", "@/root/variables.yml",
            ], within: .seconds(400))
    }

    private static func prepare(_ debian: PackagedDaemon) async throws {
        try await debian.must(
            "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ansible-core python3-apt 2>&1",
            within: .seconds(400))
        try await debian.startServer()
    }

    /// The numbers of the recap.
    private static func recap(_ output: BootedSystemd.Output) throws -> [String: Int] {
        let line = try #require(output.lines.last { $0.contains("changed=") }, "\(output.text)")
        return line.split(separator: " ").reduce(into: [:]) { numbers, word in
            let pair = word.split(separator: "=")
            if pair.count == 2 { numbers[String(pair[0])] = Int(pair[1]) }
        }
    }

    @Test func `the role installs a running service, and a second run changes nothing`() async throws {
        try await PackagedDaemon.with(binding: ["/mnt/ansible": Self.folder]) { debian in
            try await Self.prepare(debian)
            let first = try Self.recap(try await Self.play(debian, Self.variables))
            #expect(first["failed"] == 0 && first["changed"] ?? 0 > 5, "\(first)")
            for useCase in ["greet", "other"] {
                try await debian.wait(try await debian.enqueue(useCase), until: "status = 'done'")
            }
            let files = "/etc/ix-worker/environment /etc/credstore/ix-worker.callback-secret"
            #expect(try await debian.must("stat -c '%a %U' \(files)").lines == ["640 root", "600 root"])
            #expect(try await debian.must("systemctl is-enabled ix-worker").text == "enabled")
            let pid = try await debian.property("MainPID")
            let second = try await Self.play(debian, Self.variables)
            let numbers = try Self.recap(second)
            #expect(numbers["changed"] == 0 && numbers["failed"] == 0, "\(second.text)")
            print(
                "figure: the role: \(first["changed"] ?? -1) changes at first, \(numbers["changed"] ?? -1) at the second run"
            )
            // A pipeline less: a reload, and the process stays.
            let lines = Self.variables.split(separator: "\n").prefix { !$0.hasPrefix("  other:") }
            let fewer = lines.joined(separator: "\n") + "\n"
            #expect(try Self.recap(try await Self.play(debian, fewer))["failed"] == 0)
            #expect(try await debian.property("MainPID") == pid)
            #expect(try await debian.must("ls /etc/ix-worker/conf.d").lines == ["greet.toml"])
            // A variable more: another process.
            let changed = fewer.replacing("IX_WORKER_GRACE_SECONDS: 1,", with: "IX_WORKER_GRACE_SECONDS: 2,")
            #expect(try Self.recap(try await Self.play(debian, changed))["failed"] == 0)
            #expect(try await debian.property("MainPID") != pid)
            try await debian.wait(try await debian.enqueue("greet"), until: "status = 'done'")
            try await Self.repair(debian, changed)
            try await Self.stop(debian, changed)
        }
    }

    /// A play that a faulty file stops leaves its restart to the next one.
    private static func repair(_ debian: PackagedDaemon, _ variables: String) async throws {
        let pid = try await debian.property("MainPID")
        let more = variables.replacing("IX_WORKER_GRACE_SECONDS: 2,", with: "IX_WORKER_GRACE_SECONDS: 3,")
        let faulty = more.replacing(#"kind = "echo""#, with: #"kind = "eco""#)
        #expect(try await play(debian, faulty).exit != .code(0))
        #expect(try await debian.property("MainPID") == pid)
        #expect(try recap(try await play(debian, more))["failed"] == 0)
        let next = try await debian.property("MainPID")
        #expect(next != pid && next != "0")
        let again = try await play(debian, more)
        #expect(try recap(again)["changed"] == 0, "\(again.text)")
        #expect(try await debian.property("MainPID") == next)
    }

    /// A secret that is named no longer goes, and a stopped host's service doesn't come back at a boot.
    private static func stop(_ debian: PackagedDaemon, _ variables: String) async throws {
        let lines = variables.split(separator: "\n").filter { !$0.hasPrefix("ix_worker_credentials:") }
        let stopped = (lines + ["ix_worker_state: stopped", ""]).joined(separator: "\n")
        #expect(try recap(try await play(debian, stopped))["failed"] == 0)
        #expect(try await debian.must("ls -A /etc/credstore").text == "")
        #expect(try await debian.must("systemctl is-enabled ix-worker || true").text == "disabled")
        #expect(try await debian.property("ActiveState") == "inactive")
        let again = try await play(debian, stopped)
        #expect(try recap(again)["changed"] == 0, "\(again.text)")
    }

    @Test func `a bad configuration stops the role before the service`() async throws {
        try await PackagedDaemon.with(binding: ["/mnt/ansible": Self.folder]) { debian in
            try await Self.prepare(debian)
            let bad = Self.variables.replacing(#"kind = "echo""#, with: #"kind = "eco""#)
            let said = try await Self.play(debian, bad)
            #expect(said.exit != .code(0) && said.text.contains("conf.d/greet.toml:3"), "\(said.text)")
            #expect(try await debian.property("ActiveState") == "inactive")
            let wrong = try await Self.play(
                debian, Self.variables.replacing("callback-secret:", with: "callback-sekret:"))
            #expect(wrong.exit != .code(0) && wrong.text.contains("a variable has a wrong value"), "\(wrong.text)")
        }
    }

    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/deploy/ansible"
}
