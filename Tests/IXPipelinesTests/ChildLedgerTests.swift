import FoundationEssentials
import Glibc
import IXCore
import Testing

@testable import IXPipelines

/// No program runs that a later start couldn't find.
@Suite(.timeLimit(.minutes(3))) struct ChildLedgerTests {
    private let workshop: Workshop
    private let folder: String

    init() throws {
        workshop = try Workshop()
        folder = workshop.root + "-ledger"
    }

    private func pipeline(_ script: String, _ ledger: ChildLedger) throws -> ExecPipeline {
        ExecPipeline(try workshop.shell(script).settings, ledger: ledger)
    }

    @Test func `a program that can't be written down isn't started, at no cost, and the reason is said`() async throws {
        // A file where the folder belongs: not even root writes below it.
        try Data().write(to: URL(filePath: folder))
        defer { unlink(folder) }
        let ledger = ChildLedger(directory: folder)
        let report = try await workshop.run(pipeline("echo started >&2; echo '{}'", ledger))
        #expect(report.isRetry && report.error?.code == "pipeline_unavailable" && report.fault?.isUnstarted == true)
        #expect(report.fault?.reason.contains("the state directory can't be written") == true)
        #expect(workshop.logTail == "" && ledger.fault?.contains(folder) == true)
        #expect(try workshop.left == [])
        unlink(folder)
        #expect(try await workshop.run(pipeline("echo '{}'", ledger)).response != nil)
        #expect(ledger.fault == nil)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test(.enabled(if: geteuid() == 0)) func `nor is one on a full disk, warm or not`() async throws {
        mkdir(folder, 0o700)
        defer {
            umount2(folder, Int32(MNT_DETACH))
            rmdir(folder)
        }
        try #require(mount("none", folder, "tmpfs", 0, "size=64k") == 0)
        try #require(FileManager.default.createFile(atPath: folder + "/0", contents: nil))
        let filler = open(folder + "/fill", O_WRONLY | O_CREAT, 0o600)
        while write(filler, [UInt8](repeating: 1, count: 4096), 4096) == 4096 {}
        close(filler)
        let ledger = ChildLedger(directory: folder)
        let report = try await workshop.run(pipeline("echo started >&2; echo '{}'", ledger))
        #expect(report.fault?.reason.contains("No space left") == true && workshop.logTail == "")
        let warm = try WorkerSettings(program: workshop.shell("echo started >&2").settings)
        let pipeline = WorkerPipeline(warm, ledger: ledger, logger: workshop.log.logger)
        let second = try await pipeline.run(.sample(), context: workshop.context())
        #expect(second.fault?.reason.contains("No space left") == true && workshop.logTail == "")
        await pipeline.close()
        #expect(try workshop.left == [])
    }

    @Test func `a child that was about to start is found by its mark, and the run is named`() async throws {
        let home = try PrivateDirectory(root: workshop.root, name: "run")
        let ledger = ChildLedger(directory: folder)
        let place = try ledger.enter(home, run: "job/2")
        let left = try ChildProcess(
            ["sleep", "30"], variables: ["PATH": "/usr/bin:/bin", "IX_CONTROL": home.control], directory: "/",
            ends: [0, 1, 2], limits: ProcessLimits())
        let runs = await ChildLedger(directory: folder).endLeftovers()
        #expect(runs == ["job/2"])
        while ChildExit.status(of: left.number) == nil { usleep(1000) }
        #expect(ChildExit.status(of: left.number) == .signalled(SIGKILL))
        left.reap()
        ledger.forget(place)
        #expect(try workshop.left == [])
        rmdir(folder)
    }

    @Test func `files of an earlier version are read`() {
        let boot = ProcessTable.bootID
        mkdir(folder, 0o700)
        let path = folder + "/0"
        for (text, run) in [("12 34 \(boot) /tmp/ix-a b", String?.none), ("0 0 \(boot) j/1 /tmp/ix-a b", "j/1")] {
            // ignored: a file that wasn't written isn't read either
            try? Data((text + "\nrest").utf8).write(to: URL(filePath: path))
            let entry = ChildEntry(path: path)
            #expect(entry?.run == run && entry?.text.hasSuffix(" /tmp/ix-a b") == true)
        }
        unlink(path)
        rmdir(folder)
    }
}
