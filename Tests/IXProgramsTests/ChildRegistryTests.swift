import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// No program runs that a later start couldn't find.
@Suite(.timeLimit(.minutes(3))) struct ChildLedgerTests {
    private let workshop: Workshop
    private let folder: String

    init() throws {
        workshop = try Workshop()
        folder = workshop.root + "-registry"
    }

    private func registry(_ owner: String = "a", origin: String? = "here") -> ChildRegistry {
        ChildRegistry(directory: folder, owner: owner, origin: origin)
    }

    private func pipeline(_ script: String, _ registry: ChildRegistry) throws -> ExecPipeline {
        ExecPipeline(try workshop.shell(script).settings, registry: registry)
    }

    @Test func `a program that can't be written down isn't started, at no cost, and the reason is said`() async throws {
        // A file where the folder belongs: not even root writes below it.
        try Data().write(to: URL(filePath: folder))
        defer { unlink(folder) }
        let registry = registry()
        let report = try await workshop.run(pipeline("echo started >&2; echo '{}'", registry))
        #expect(report.isRetry && report.error?.code == "pipeline_unavailable" && report.fault?.isUnstarted == true)
        #expect(report.fault?.reason.contains("the state directory can't be written") == true)
        #expect(workshop.logTail == "" && registry.fault?.contains(folder) == true)
        #expect(try workshop.left == [])
        unlink(folder)
        #expect(try await workshop.run(pipeline("echo '{}'", registry)).response != nil)
        #expect(registry.fault == nil)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test(.enabled(if: geteuid() == 0)) func `nor is one on a full disk, warm or not`() async throws {
        mkdir(folder, 0o700)
        defer {
            umount2(folder, Int32(MNT_DETACH))
            rmdir(folder)
        }
        try #require(mount("none", folder, "tmpfs", 0, "size=64k") == 0)
        try #require(FileManager.default.createFile(atPath: folder + "/a-0", contents: nil))
        let filler = open(folder + "/fill", O_WRONLY | O_CREAT, 0o600)
        while write(filler, [UInt8](repeating: 1, count: 4096), 4096) == 4096 {}
        close(filler)
        let registry = registry()
        let report = try await workshop.run(pipeline("echo started >&2; echo '{}'", registry))
        #expect(report.fault?.reason.contains("No space left") == true && workshop.logTail == "")
        let warm = try WarmSettings(program: workshop.shell("echo started >&2").settings)
        let pipeline = WarmPipeline(warm, registry: registry, logger: workshop.log.logger)
        let second = try await pipeline.run(.sample(), context: workshop.context())
        #expect(second.fault?.reason.contains("No space left") == true && workshop.logTail == "")
        await pipeline.close()
        #expect(try workshop.left == [])
    }

    @Test func `a child that was about to start is found by its mark, and the run is named`() async throws {
        let home = try PrivateDirectory(root: workshop.root, name: "run")
        let registry = registry()
        let slot = try registry.enter(home, run: "job/2")
        let left = try ChildProcess(
            ["sleep", "30"], variables: ["PATH": "/usr/bin:/bin", "IX_CONTROL": home.control], directory: "/",
            ends: [0, 1, 2], limits: ProcessLimits())
        let runs = await self.registry("b").endOrphanedProcesses()
        #expect(runs == ["job/2"])
        while ChildExit.status(of: left.number) == nil { usleep(1000) }
        #expect(ChildExit.status(of: left.number) == .signalled(SIGKILL))
        left.reap()
        registry.forget(slot)
        #expect(try workshop.left == [])
        rmdir(folder)
    }

    @Test(arguments: ["there", nil]) func `what was written elsewhere ends no process and stays`(
        _ origin: String?
    ) async throws {
        let home = try PrivateDirectory(root: workshop.root, name: "run")
        let other = registry("b", origin: origin)
        let slot = try other.enter(home, run: "job/2")
        let alive = try ChildProcess(
            ["sleep", "30"], variables: ["PATH": "/usr/bin:/bin", "IX_CONTROL": home.control], directory: "/",
            ends: [0, 1, 2], limits: ProcessLimits())
        other.note(alive.number, at: slot)
        #expect(await registry().endOrphanedProcesses() == [])
        #expect(ChildExit.status(of: alive.number) == nil && access(home.path, F_OK) == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["b-0"])
        kill(alive.number, SIGKILL)
        while ChildExit.status(of: alive.number) == nil { usleep(1000) }
        alive.reap()
        other.forget(slot)
        #expect(home.remove())
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `after another start of the machine only folders are left to remove`() async throws {
        for (machine, isRemoved) in [("m", true), ("-", false)] {
            let home = try PrivateDirectory(root: workshop.root, name: "run")
            let earlier = registry("b", origin: "1/\(machine)/2/3")
            _ = try earlier.enter(home, run: "job/2")
            #expect(await registry(origin: "9/\(machine)/2/3").endOrphanedProcesses() == [])
            #expect((access(home.path, F_OK) != 0) == isRemoved && (access(folder + "/b-0", F_OK) != 0) == isRemoved)
            _ = home.remove()  // ignored: gone already in one case
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `files of others are removed once they are old, free ones of ours at once`() async throws {
        let home = try PrivateDirectory(root: workshop.root, name: "run")
        for (owner, origin) in [("b", "here"), ("c", "there"), ("d", "there")] {
            let other = registry(owner, origin: origin)
            other.forget(try other.enter(home, run: "job/2"))
        }
        let times = [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)]
        #expect(utimes(folder + "/d-0", times) == 0)
        #expect(await registry().endOrphanedProcesses() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["c-0"])
        #expect(home.remove())
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `the list is open to those to whom the directory above is`() throws {
        let above = workshop.root + "-shared"
        mkdir(above, 0o700)
        chmod(above, 0o770)
        let registry = ChildRegistry(directory: above + "/list", owner: "a", origin: "here")
        let home = try PrivateDirectory(root: workshop.root, name: "run")
        registry.forget(try registry.enter(home, run: "job/2"))
        for (path, expected) in [("/list", 0o770), ("/list/a-0", 0o660)] as [(String, mode_t)] {
            var status = stat()
            #expect(stat(above + path, &status) == 0 && status.st_mode & 0o777 == expected)
        }
        #expect(home.remove())
        try FileManager.default.removeItem(atPath: above)
    }
}
