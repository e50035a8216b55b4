import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// The daemon in a network namespace where every address is this host's, with a name server that lies: whatever it
/// connects to, the canary hears of it.
@Suite(.needsOwnCluster, .enabled(if: getuid() == 0, "a namespace of its own needs root"), .timeLimit(.minutes(5)))
struct EgressTests {
    private static let names = [
        "local", "rebind", "rebind", "mixed", "mixed-order", "mixed6", "only6", "mapped", "mapped-metadata", "nat64",
        "sixtofour", "metadata", "zero", "ula", "chain", "chain2", "chain-metadata", "unknown",
    ]

    private struct World {
        let process: TestProcess
        var connections: [String] {
            process.lines.filter { $0.hasPrefix("connected ") }.map {
                let address = String($0.dropFirst("connected ".count))
                return address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
            }
        }
    }

    /// Everything in one process group: the namespace ends with it.
    private func enter(_ database: TestDatabase, _ settings: [String]) async throws -> World {
        let folder = try Scratch.directory()
        try "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n".write(to: URL(filePath: folder + "/resolv.conf"))
        try "hosts: files dns\n".write(to: URL(filePath: folder + "/nsswitch.conf"))
        let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/hostile.py"
        let flags = settings.map { "--set '\($0)'" }.joined(separator: " ")
        let commands = """
            set -e
            ip link set lo up
            ip route add local 0.0.0.0/0 dev lo
            ip -6 route add local ::/0 dev lo
            mount --bind \(folder)/resolv.conf /etc/resolv.conf
            mount --bind \(folder)/nsswitch.conf /etc/nsswitch.conf
            python3 \(script) &
            trap 'kill $(jobs -p)' EXIT
            '\(try Programs.path("ix-worker"))' \(flags) &
            wait %2
            """
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = database.url
        environment["IX_WORKER_STATE_DIRECTORY"] = folder
        let process = try TestProcess(
            "/usr/bin/env",
            ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "bash", "-c", commands],
            environment: environment)
        try await process.waitForLine(containing: "canary ready")
        try await process.waitForLine(containing: " ready ")
        return World(process: process)
    }

    /// Rows that came in past the door, which would have refused most of them.
    private func insert(_ urls: [String], _ database: TestDatabase) async throws {
        for url in urls where !url.contains("\0") {
            try await database.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url)
                VALUES (gen_random_uuid(), '00000000000000ff', 'c', gen_random_uuid(), 'pending', '{"use_case": "echo"}', $1)
                """, [url])
        }
    }

    private func finished(_ database: TestDatabase, _ world: World) async throws {
        let left = """
            FROM ix_jobs j LEFT JOIN ix_callbacks c USING (job_id)
             WHERE j.callback_url IS NOT NULL AND j.callback_status IS NULL
            """
        do { try await database.wait(until: "NOT EXISTS (SELECT 1 \(left))", within: .seconds(90)) } catch {
            let rows = try await database.sql(
                "SELECT j.status, j.callback_url, to_jsonb(c) - 'body', now(), count(*) OVER () \(left) LIMIT 5")
            let said = world.process.lines.filter { !$0.hasPrefix("connected ") }.suffix(40)
            throw TestFailure("\(error): \(rows)\n\(said.joined(separator: "\n"))")
        }
    }

    @Test func `nothing hostile gets the strict policy to connect anywhere but to a public address`() async throws {
        try await TestDatabase.with { database in
            let quick = [
                "callback.policy=strict", "callback.retry_seconds=1", "callback.concurrency=32",
                "callback.breaker_failures=1000",
            ]
            let world = try await enter(database, quick)
            let corpus =
                HostileURLs.malformed + HostileURLs.refusedAlways + HostileURLs.refusedStrictly
                + HostileURLs.refusedAlways.map { $0.replacing("http://", with: "https://") }
                + Self.names.flatMap { ["https://\($0).test/", "https://\($0).test:8443/"] } + [
                    "https://good.test/", "https://good6.test/",
                ]
            try await insert(corpus, database)
            try await finished(database, world)
            let counts = Dictionary(grouping: world.connections) { $0 }.mapValues(\.count)
            let refused = counts.filter { !["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"].contains($0.key) }
            print(
                "hostile URLs under the strict policy: \(corpus.count); connections to refused addresses "
                    + "\(refused.values.reduce(0, +)), to public ones \(counts.values.reduce(0, +))")
            #expect(refused.isEmpty, "\(refused)")
            // The canary does hear what is allowed: without that, none would prove nothing.
            #expect(counts["93.184.216.34", default: 0] >= 2 && counts.count == 2)
            #expect(try await database.count("callback_status = 'delivered'") == 0)
        }
    }

    @Test func `nothing hostile gets the trusted policy to connect to link-local and metadata addresses`() async throws
    {
        try await TestDatabase.with { database in
            let world = try await enter(
                database, ["callback.retry_seconds=1", "callback.concurrency=32", "callback.breaker_failures=1000"])
            let corpus =
                HostileURLs.malformed + HostileURLs.refusedAlways
                + ["metadata", "mapped-metadata", "chain-metadata", "zero"].map { "http://\($0).test:8080/" }
                + ["http://local.test:8080/", "http://10.1.2.3/"]
            try await insert(corpus, database)
            try await finished(database, world)
            let allowed: Set = ["127.0.0.1", "10.1.2.3"]
            let refused = world.connections.filter { !allowed.contains($0) }
            print(
                "hostile URLs under the trusted policy: \(corpus.count); connections to refused addresses \(refused.count), "
                    + "to others \(world.connections.count - refused.count)")
            #expect(refused.isEmpty && Set(world.connections) == allowed, "\(refused)")
        }
    }

    @Test func `proxies that the environment names are not asked`() async throws {
        try await TestDatabase.with { database in
            let receiver = try await TestReceiver.behaving()
            defer { receiver.stop() }
            let proxy = "http://127.0.0.1:1"
            let daemon = try await TestDaemon.ready(
                database.url, environment: ["http_proxy": proxy, "HTTP_PROXY": proxy, "all_proxy": proxy])
            let job = try await database.enqueue("echo", callback: receiver.url)
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
