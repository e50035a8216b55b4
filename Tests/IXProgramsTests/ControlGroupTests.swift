import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// Where this machine has control groups of version 2, if they may be written to.
private let controlGroupRoot = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
    access($0 + "/cgroup.procs", W_OK) == 0
}

/// Children in control groups of their own, below one that this process made: as root, on any machine with version 2.
@Suite(.enabled(if: controlGroupRoot != nil), .timeLimit(.minutes(2))) struct ControlGroupTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func withGroups(_ body: (ControlGroups) async throws -> Void) async throws {
        let path = try #require(controlGroupRoot) + "/ix-test-\(getpid())-\(UUID().uuidString.prefix(8))"
        try #require(mkdir(path, 0o755) == 0)
        defer { ControlGroup.end(path) }
        try await body(ControlGroups(root: path, key: "a"))
    }

    private func groups(in root: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasPrefix("run-") }
    }

    @Test func `what a child starts is ended with it, though it left session and environment behind`() async throws {
        try await withGroups { groups in
            let registry = ChildRegistry(
                directory: workshop.root + "/children", owner: "a", origin: "here", groups: groups)
            let settings = try workshop.shell(Self.escape("1000.25")).settings
            let report = try await workshop.run(ExecPipeline(settings, registry: registry))
            #expect(report.response != nil)
            #expect(try Self.running("1000.25") == [])
            #expect(try self.groups(in: groups.root) == [])
        }
    }

    @Test func `without a group the same process stays`() async throws {
        _ = try await workshop.run(shell: Self.escape("1000.75"))
        let left = try Self.running("1000.75")
        #expect(left.count == 1)
        left.forEach { kill($0, SIGKILL) }
    }

    @Test func `what a predecessor left in its groups is ended, and no other instance's`() async throws {
        try await withGroups { groups in
            let child = try ChildProcess(
                ["/bin/sleep", "1000.5"], variables: [:], directory: "/", ends: [0, 1, 2], limits: ProcessLimits(),
                groups: groups)
            // Another instance's start, one whose name begins with this one's, one that isn't sure to be alone.
            for (key, isAlone) in [("b", true), ("a-1", true), ("", true), ("a", false)] {
                _ = ControlGroups(root: groups.root, key: key, isAlone: isAlone)
                #expect(ChildExit.status(of: child.number) == nil)
            }
            _ = ControlGroups(root: groups.root, key: "a")
            // Readable once it has ended.
            var end = pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0)
            #expect(poll(&end, 1, 10_000) == 1)
            child.reap()
            #expect(try self.groups(in: groups.root) == [])
        }
    }

    @Test func `limits on a run's processes together hold only with their controllers`() async throws {
        try await withGroups { groups in
            #expect(groups.holds(ProcessLimits(memoryBytes: 1 << 30)))
            #expect(
                groups.holds(ProcessLimits(totalMemoryBytes: 1 << 30)) == groups.controllers.contains("memory"))
        }
    }

    /// A script whose process has left session and environment before it ends itself.
    private static func escape(_ mark: String) -> String {
        "setsid env -i sh -c 'touch left; exec sleep \(mark)' >&- 2>&- & while ! [ -e left ]; do sleep 0.01; done; echo '{}'"
    }

    private static func running(_ mark: String) throws -> [pid_t] {
        ProcessTable.numbers().filter { number in
            ProcessTable.read("/proc/\(number)/cmdline", limit: 1024).map { String(decoding: $0, as: UTF8.self) }?
                .contains(mark) ?? false
        }
    }
}
