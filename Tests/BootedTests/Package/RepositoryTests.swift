import IXTestSupport
import Testing

/// The package from a signed apt repository, as hosts get it and its upgrades.
@Suite(.needsPackage, .serialized, .timeLimit(.minutes(10)))
struct RepositoryTests {
    /// This source alone, because the container has no network.
    private static let apt = """
        apt-get -q -y -o Dir::Etc::sourcelist=/etc/apt/sources.list.d/ix-worker.sources -o Dir::Etc::sourceparts=- \
        -o APT::Get::List-Cleanup=0
        """

    private static func subscribe(_ debian: PackagedDaemon) async throws {
        try await debian.must(
            """
            cp -r /mnt/repository /srv/repository
            install -D -m 644 /srv/repository/ix-worker.gpg /usr/share/keyrings/ix-worker.gpg
            sed 's|^URIs: .*|URIs: file:/srv/repository|' /srv/repository/ix-worker.sources >/etc/apt/sources.list.d/ix-worker.sources
            """)
    }

    @Test func `apt installs and upgrades from the signed repository`() async throws {
        try await PackagedDaemon.with { debian in
            try await Self.subscribe(debian)
            try await debian.must("\(Self.apt) update 2>&1")
            let known = try await debian.must("apt-cache madison ix-worker").lines
            #expect(known.count == PackagedDaemon.revisions + 1, "\(known)")
            let version = "apt-cache madison ix-worker | tail -n 1 | cut -d'|' -f2 | tr -d ' '"
            let first = try await debian.must(
                "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ix-worker=$(\(version)) 2>&1",
                within: .seconds(300)
            ).text
            #expect(first.contains("enabled, not started yet") && !first.contains("unauthenticated"), "\(first)")
            try await debian.start()
            let job = try await debian.enqueue("echo")
            try await debian.wait(job, until: "status = 'done'")
            try await debian.must(
                "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --only-upgrade ix-worker 2>&1",
                within: .seconds(120))
            let policy = try await debian.must("apt-cache policy ix-worker").lines
            let (installed, candidate) = (
                policy.first { $0.contains("Installed:") }, policy.first { $0.contains("Candidate:") }
            )
            #expect(installed?.split(separator: " ").last == candidate?.split(separator: " ").last, "\(policy)")
            #expect(installed?.hasSuffix("-\(PackagedDaemon.revisions + 1)") == true, "\(policy)")
            let next = try await debian.enqueue("echo")
            try await debian.wait(next, until: "status = 'done'")
        }
    }

    @Test func `apt refuses an index or a package that the key didn't sign`() async throws {
        try await PackagedDaemon.with { debian in
            try await Self.subscribe(debian)
            // The index says more than the signed sums.
            try await debian.must(
                "cd /srv/repository/dists/stable/main/binary-*; echo >>Packages; gzip -9nkf Packages; \(Self.apt) update 2>&1 || true"
            )
            let index = try await debian.run("apt-cache madison ix-worker")
            #expect(index.lines == [], "\(index.text)")
            // The sums are forged with it.
            try await debian.must("cp -r /mnt/repository/dists /srv/repository")
            try await debian.must("sed -i 's/^Label: .*/Label: forged/' /srv/repository/dists/stable/InRelease")
            try await debian.must("rm -f /srv/repository/dists/stable/Release /srv/repository/dists/stable/Release.gpg")
            let forged = try await debian.run("\(Self.apt) update 2>&1")
            #expect(forged.text.contains("BADSIG") || forged.text.contains("not signed"), "\(forged.text)")
            #expect(try await debian.run("apt-cache madison ix-worker").lines == [])
            // A package that differs from the signed index.
            try await debian.must("cp -r /mnt/repository/dists /srv/repository; \(Self.apt) update 2>&1")
            try await debian.must("for file in /srv/repository/pool/main/*.deb; do echo >>$file; done")
            let package = try await debian.run(
                "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ix-worker 2>&1")
            #expect(package.exit != .code(0) && package.text.contains("size"), "\(package.text)")
        }
    }
}
