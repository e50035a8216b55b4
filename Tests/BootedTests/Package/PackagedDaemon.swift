import IXTestSupport
import Testing

/// A plain Debian without a network, booted, and the package in a folder: where an operator begins.
struct PackagedDaemon {
    static let unit = "ix-worker.service"
    let machine: BootedSystemd

    /// The folder that holds a Debian (`root`), the package's revisions (`1.deb`, …) and their apt repository; `make package-test` names it.
    static var folder: String? { Environment["IX_TEST_PACKAGE"] }
    static var revisions: Int { Environment["IX_TEST_UPGRADES"].flatMap { Int($0) } ?? 2 }

    /// `binding`: further folders by their paths inside.
    static func with(
        binding: [String: String] = [:], _ body: (PackagedDaemon) async throws -> Void
    ) async throws {
        let folder = try #require(folder)
        let own = ["/mnt/packages": folder + "/revisions", "/mnt/repository": folder + "/repository"]
        try await BootedSystemd.with(binding: own.merging(binding) { $1 }, base: folder + "/root") {
            try await body(PackagedDaemon(machine: $0))
        }
    }

    @discardableResult
    func must(_ command: String, within limit: Duration = .seconds(120)) async throws -> BootedSystemd.Output {
        let output = try await machine.run(["sh", "-c", command], within: limit)
        guard output.exit == .code(0) else { throw TestFailure("\(command): \(output.exit) \(output.text)") }
        return output
    }

    func run(_ command: String) async throws -> BootedSystemd.Output {
        try await machine.run(["sh", "-c", command], within: .seconds(120))
    }

    /// As README and the tutorial say it.
    func install(_ revision: Int = 1) async throws -> String {
        try await must(
            "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends /mnt/packages/\(revision).deb 2>&1",
            within: .seconds(300)
        ).text
    }

    /// The last line that the installation prints is what it says to type.
    func typed(from said: String) throws -> String {
        // apt ends its lines as a terminal does.
        let lines = said.split(whereSeparator: \.isNewline).map(String.init)
        return try #require(lines.last { $0.contains("ix-worker doctor; ix-worker migrate") })
    }

    /// Complaints of other packages' units, as a machine in use has them.
    func installComplaints() async throws {
        try await machine.install("rusty.service", "[Service]\nExecStart=/bin/true\nNonsense=yes\nUser=nowhere\n")
        try await machine.install("rusty.service", "[Service\n", dropIn: "broken")
    }

    /// PostgreSQL with a role and a database for the daemon.
    func startServer() async throws {
        try await must(
            """
            DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql procps python3-minimal 2>&1
            systemctl start postgresql@*-main 2>/dev/null || pg_ctlcluster $(pg_lsclusters -h | cut -d' ' -f1) main start || true
            cd / && runuser -u postgres -- createuser ix-worker && runuser -u postgres -- createdb -O ix-worker ix
            """, within: .seconds(300))
    }

    /// PostgreSQL, a role and a database for the daemon, one line of configuration, the schema, and the start.
    /// `settings`: variables; `toml`: what is appended to the packaged file.
    func start(_ settings: [String] = [], toml: String = "") async throws {
        try await startServer()
        try await must(
            """
            printf '%s\\n' IX_POSTGRES_URL=postgresql:///ix \(settings.joined(separator: " ")) >/etc/ix-worker/environment
            ix-worker migrate
            """)
        if !toml.isEmpty { try await machine.write(toml, to: "/tmp/more.toml") }
        if !toml.isEmpty { try await must("cat /tmp/more.toml >>/etc/ix-worker/ix-worker.toml") }
        try await must("systemctl start ix-worker")
    }

    /// One statement as the daemon's own role; its rows, columns separated by |.
    @discardableResult
    func sql(_ statement: String) async throws -> [String] {
        try await machine.run(
            ["runuser", "-u", "ix-worker", "--", "psql", "-AtX", "-d", "ix", "-c", statement], within: .seconds(60)
        ).lines
    }

    func enqueue(_ useCase: String, _ fields: String = "{}") async throws -> String {
        let rows = try await sql(
            """
            SELECT job_id FROM ix_enqueue('\(fields)', use_case => '\(useCase)', client_id => 'test',
                                          request_id => gen_random_uuid()::text)
            """)
        return try #require(rows.first)
    }

    func wait(until condition: String, within limit: Duration = .seconds(60)) async throws {
        let isMet = try await eventually(within: limit) { try await sql("SELECT \(condition)") == ["t"] }
        guard isMet else { throw TestFailure("not met: \(condition)\n" + (try await machine.log(Self.unit))) }
    }

    func wait(_ job: String, until condition: String) async throws {
        try await wait(until: "EXISTS (SELECT 1 FROM ix_jobs WHERE job_id = '\(job)' AND \(condition))")
    }

    func property(_ name: String) async throws -> String { try await machine.property(Self.unit, name) }
}

extension Trait where Self == ConditionTrait {
    /// Building the package takes minutes, so these aren't part of `make test`; `make package-test` is, of `make check`.
    static var needsPackage: Self { .enabled(if: PackagedDaemon.folder != nil, "make package-test runs these") }
}
