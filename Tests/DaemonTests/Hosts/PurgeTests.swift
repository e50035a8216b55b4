import FoundationEssentials
import IXTestSupport
import Testing

/// The package's scripts at a removal and a purge, in a mount namespace whose /etc, /run and /var/lib are empty.
@Suite(.needsRoot, .timeLimit(.minutes(3))) struct PurgeTests {
    /// Runs the package's scripts on a state directory with the jobs of `requests`.
    private struct Host {
        let mounts: OwnMounts
        let path: String

        init(jobs: Int) async throws {
            mounts = try await OwnMounts(
                "mount -t tmpfs none /etc && mount -t tmpfs none /run && mount -t tmpfs none /var/lib && "
                    + "mkdir -p /var/lib/ix-worker /etc/ix-worker && touch /etc/ix-worker/environment")
            let program = try Programs.path("ixctl")
            path = program.dropLast("/ixctl".count) + ":/usr/bin:/bin"
            for number in 0..<jobs {
                let said = try await mounts.run(
                    program, ["enqueue", "echo", "--request-id", "\(number)"],
                    environment: StoreAddress.variables("/var/lib/ix-worker/jobs.db"))
                #expect(said.exit == .code(0), "\(said.text)")
            }
        }

        func run(_ command: String, input: String? = nil, _ more: [String: String] = [:]) async throws -> TestCtl.Said {
            try await mounts.run(
                "/bin/sh", ["-c", command], environment: ["PATH": path].merging(more) { $1 }, input: input)
        }

        /// Removes, then purges at a terminal where `answer` is typed.
        func purge(_ answer: String, _ more: [String: String] = [:]) async throws -> TestCtl.Said {
            let removal = try await run("sh \(Self.scripts)/prerm remove && sh \(Self.scripts)/postrm remove", more)
            #expect(removal.exit == .code(0), "\(removal.text)")
            return try await run("script -qec 'sh \(Self.scripts)/postrm purge' /dev/null", input: answer, more)
        }

        func has(_ path: String) async throws -> Bool { try await run("test -e \(path)").exit == .code(0) }

        static let scripts =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path + "/systemd/deb"
    }

    private static let file = "/var/lib/ix-worker/jobs.db"

    @Test(arguments: ["n\n", "\n", "\u{4}"])
    func `a purge at a terminal keeps jobs that have not ended unless told otherwise`(_ answer: String) async throws {
        let host = try await Host(jobs: 2)
        let said = try await host.purge(answer)
        #expect(said.exit == .code(0) && said.text.contains("holds 2 jobs that have not ended"), "\(said.text)")
        #expect(said.text.contains("/var/lib/ix-worker stays"))
        #expect(try await host.has(Self.file))
        #expect(try await !host.has("/etc/ix-worker"))
    }

    @Test func `with a yes the purge leaves nothing`() async throws {
        let host = try await Host(jobs: 1)
        let said = try await host.purge("y\n")
        #expect(said.exit == .code(0) && said.text.contains("Delete the file?"), "\(said.text)")
        #expect(try await !host.has("/var/lib/ix-worker"))
    }

    @Test func `without jobs, or with the frontend that asks nothing, no question comes`() async throws {
        let empty = try await Host(jobs: 0)
        let said = try await empty.purge("")
        #expect(said.exit == .code(0) && !said.text.contains("Delete"), "\(said.text)")
        #expect(try await !empty.has("/var/lib/ix-worker"))
        let silent = try await Host(jobs: 1)
        let other = try await silent.purge("", ["DEBIAN_FRONTEND": "noninteractive"])
        #expect(other.exit == .code(0) && !other.text.contains("Delete"), "\(other.text)")
        #expect(try await !silent.has("/var/lib/ix-worker"))
    }

    @Test func `a file that can't be read is asked about as well`() async throws {
        let host = try await Host(jobs: 0)
        #expect(try await host.run("echo rubbish >\(Self.file)").exit == .code(0))
        let said = try await host.purge("n\n")
        #expect(said.text.contains("an unknown number of jobs"), "\(said.text)")
        #expect(try await host.has(Self.file))
    }
}
