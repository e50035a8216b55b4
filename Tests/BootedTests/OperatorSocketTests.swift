import FoundationEssentials
import IXTestSupport
import Testing

/// The socket unit as its package installs it: operators of the host need no token.
@Suite(.needsSystemd, .timeLimit(.minutes(3))) struct OperatorSocketTests {
    private static let socket = "ix-worker.socket"
    private static let path = "/run/ix-worker.sock"

    @Test func `root and the group's members are operators, the service's own user and others are not`() async throws {
        try await InstalledDaemon.with { daemon, _ in
            let machine = daemon.machine
            for (name, place) in [(Self.socket, nil), ("ix-worker.sysusers", "/usr/lib/sysusers.d/ix-worker.conf")] {
                let text = try Self.text(name)
                if let place { try await machine.write(text, to: place) } else { try await machine.install(name, text) }
            }
            try await machine.must("systemd-sysusers", "ix-worker.conf")
            try await machine.must("useradd", "--no-create-home", "--groups", "ix-operator", "ada")
            try await machine.must("useradd", "--no-create-home", "bob")
            try await machine.start(Self.socket)
            try await daemon.start()
            let mode = try await machine.run(["stat", "--format=%U:%G %a", Self.path]).lines.first
            #expect(mode == "root:ix-operator 660")
            for (user, answer) in [("root", "200"), ("ada", "200"), ("bob", "000"), ("ix-worker", "000")] {
                let status = try await Self.status(user, machine)
                #expect(status == answer, "\(user)")
            }
            // Even as a member of the group: the programs of pipelines run as this user.
            try await machine.must("usermod", "--append", "--groups", "ix-operator", "ix-worker")
            #expect(try await Self.status("ix-worker", machine) == "401")
            let who = try await machine.run(
                ["runuser", "-u", "ada", "--", "curl", "-s", "--unix-socket", Self.path, "http://localhost/v1/whoami"])
            #expect(who.text.contains(#""name":"ix-operator","role":"operator""#), "\(who.text)")
            // A file that is open to all stands for no group.
            try await machine.must("chmod", "666", Self.path)
            try await machine.must("systemctl", "restart", "ix-worker")
            for user in ["ada", "bob"] {
                let status = try await Self.status(user, machine)
                #expect(status == "401", "\(user)")
            }
            let address = try await machine.run(
                ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:8791/v1/whoami"])
            #expect(address.lines.last == "401")
            try await machine.must("ixctl", "token", "create", "--name", "a", "--role", "reader")
            let events = try await machine.journal(["SYSLOG_IDENTIFIER=ixctl", "IX_EVENT=action"])
            #expect(events.last?["IX_ACTION"] == "token_create" && events.last?["IX_ACTOR"] == "root", "\(events)")
        }
    }

    private static func status(_ user: String, _ machine: BootedSystemd) async throws -> String? {
        try await machine.run([
            "runuser", "-u", user, "--", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket", path,
            "http://localhost/v1/whoami",
        ]).lines.last
    }

    private static func text(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "systemd/" + name), encoding: .utf8)
    }
}
