import FoundationEssentials
import IXTestSupport
import Testing

/// The daemon as its package installs it: the project's own unit in a booted systemd, the programs in /usr/bin, and a
/// database that is reached by a Unix socket from outside.
struct InstalledDaemon {
    static let unit = "ix-worker.service"
    let machine: BootedSystemd

    /// Boots, installs, and runs `body`; doesn't start the unit. `toml` is /etc/ix-worker/ix-worker.toml, `dropIn` changes
    /// the unit, `binding` names files and folders of this machine by the path they have inside.
    static func with(
        on server: String? = nil, toml: String = "", dropIn: String? = nil, binding: [String: String] = [:],
        _ body: (InstalledDaemon, TestDatabase) async throws -> Void
    ) async throws {
        let server = if let server { server } else { try await PrivateCluster.shared.url }
        let socket = try ServerAddress(server)["host"] ?? ""
        try await TestDatabase.with(.migrated, on: server) { database in
            let programs = [
                "/usr/bin/ix-worker": try Programs.path("ix-worker"), "/usr/bin/ixctl": try Programs.path("ixctl"),
                "/mnt/database": socket,
            ]
            try await BootedSystemd.with(binding: programs.merging(binding) { $1 }) { machine in
                let daemon = InstalledDaemon(machine: machine)
                try await daemon.install(try database.address.url(["host": "/mnt/database"]), toml)
                if let dropIn { try await machine.install(unit, dropIn, dropIn: "test") }
                try await body(daemon, database)
            }
        }
    }

    func start(waiting: Bool = true) async throws { try await machine.start(Self.unit, waiting: waiting) }
    func stop() async throws { try await machine.stop(Self.unit) }
    func reload() async throws { try await machine.reload(Self.unit) }
    func kill(_ signal: String) async throws { try await machine.kill(Self.unit, signal) }
    func property(_ name: String) async throws -> String { try await machine.property(Self.unit, name) }
    var statusText: String { get async throws { try await machine.statusText(Self.unit) } }

    func wait(_ name: String, _ value: String) async throws { try await machine.wait(Self.unit, name, value) }

    /// What systemd complains of in our units; other packages' may have complaints of their own, which it tells too.
    func complaints() async throws -> [String] {
        let said = try await machine.run(["systemd-analyze", "verify", "--man=no", Self.unit])
        return said.lines.filter { $0.contains("ix-worker") }
    }

    /// The milliseconds between starts that the service manager couldn't carry out.
    func pausesBetweenFailures() async throws -> [Int] {
        let lines = try await machine.journal([
            "_PID=1", "UNIT=" + Self.unit, "MESSAGE_ID=98e322203f7a4ed290d09fe03c09fe15",
        ])
        let times = lines.compactMap { $0["__MONOTONIC_TIMESTAMP"].flatMap(Int.init) }
        return zip(times, times.dropFirst()).map { ($1 - $0) / 1000 }
    }

    /// Its own entries in the journal that match.
    func journal(_ matches: String...) async throws -> [[String: String]] {
        try await machine.journal(["_SYSTEMD_UNIT=" + Self.unit] + matches)
    }

    /// Waits until it has said it: the newest message that holds `text`.
    func waitForMessage(_ text: String) async throws {
        let isSaid = try await eventually {
            try await journal().contains { $0["MESSAGE"]?.contains(text) == true }
        }
        guard isSaid else { throw TestFailure("not said: \(text)\n" + (try await machine.log(Self.unit))) }
    }

    private func install(_ url: String, _ toml: String) async throws {
        try await machine.must(
            "useradd", "--system", "--no-create-home", "--home-dir", "/var/lib/ix-worker", "ix-worker")
        try await machine.write("IX_POSTGRES_URL=\(url)\n", to: "/etc/ix-worker/environment", mode: "600")
        try await machine.write(toml, to: "/etc/ix-worker/ix-worker.toml")
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let pace = try String(contentsOf: root.appending(path: "systemd/pace"), encoding: .utf8)
        try await machine.write(pace, to: "/usr/lib/ix-worker/pace", mode: "755")
        for unit in [Self.unit, "ix-worker@.service", "ix-worker-pace@.service"] {
            let text = try String(contentsOf: root.appending(path: "systemd/" + unit), encoding: .utf8)
            try await machine.install(unit, text)
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsSystemd: Self {
        .enabled(
            if: BootedSystemd.canBoot && PrivateCluster.canBeMade, Comment(rawValue: BootedSystemd.missing))
    }
}
