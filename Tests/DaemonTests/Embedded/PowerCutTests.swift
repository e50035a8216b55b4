import FoundationEssentials
import Glibc
import IXCore
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// The power fails before each sync there is, from the making of the file to the daemon's end.
@Suite(.timeLimit(.minutes(8)), .serialized) struct PowerCutTests {
    /// The reports that producers and operators received before the power failed.
    private struct Told {
        var acknowledged: [UUID] = []
        var done: [UUID] = []
    }

    @Test func `no job that was acknowledged is lost, and none that was told done is undone, wherever the power fails`()
        async throws
    {
        let library = try await PowerCut.shim()
        let whole = try PowerCut(at: 0, library: library)
        let all = try await live(whole)
        #expect(all.acknowledged.count == 5 && all.done.count == 2 && whole.syncs > 12)
        var luck = SeededGenerator(seed: 4)
        var (images, acknowledged) = (0, 0)
        for at in 1...whole.syncs {
            let cut = try PowerCut(at: at, library: library)
            let told = try await live(cut)
            // A daemon's own commits may group otherwise; then the power didn't fail in this life.
            guard cut.isCut else { continue }
            for isLucky in [false, true, true] {
                let lost = try await losses(told, in: try cut.image(luck: &luck, isLucky: isLucky))
                #expect(lost.isEmpty, "before sync \(at)\(isLucky ? ", some sectors more" : ""): \(lost)")
                images += 1
                acknowledged += told.acknowledged.count
            }
        }
        print("power cut: \(images) images of \(whole.syncs) syncs, \(acknowledged) acknowledged jobs looked for")
        #expect(images > 30 && acknowledged > 60)
    }

    @Test func `what was just told is on the disk, without any sync to come`() async throws {
        let library = try await PowerCut.shim()
        var luck = SeededGenerator(seed: 5)
        let cut = try PowerCut(at: 0, library: library)
        let told = try await live(cut, endingBy: SIGKILL)
        let lost = try await losses(told, in: try cut.image(luck: &luck, isLucky: false))
        #expect(told.acknowledged.count == 5 && told.done.count == 2 && lost.isEmpty, "\(lost)")
    }

    /// Five jobs go in, three before a daemon runs; until the power fails.
    private func live(_ cut: PowerCut, endingBy signal: Int32 = SIGTERM) async throws -> Told {
        var told = Told()
        for _ in 0..<3 where !cut.isCut {
            if let id = try await enqueue(cut, []) { told.acknowledged.append(id) }
        }
        guard !cut.isCut else { return told }
        let daemon = try TestDaemon(cut.path, environment: cut.environment)
        // Until it is ready or gone.
        _ = try await eventually { daemon.process.lines.contains { $0.contains(" ready ") } || cut.isCut }
        for _ in 0..<2 where !cut.isCut {
            guard let id = try await enqueue(cut, ["--wait", "--timeout", "10"]) else { continue }
            told.acknowledged.append(id)
            told.done.append(id)
        }
        daemon.process.signal(signal)
        _ = try await daemon.process.exitStatus()
        return told
    }

    /// The job's id, once the program has said that it is there and ended well.
    private func enqueue(_ cut: PowerCut, _ more: [String]) async throws -> UUID? {
        let words = ["enqueue", "echo", "--client-id", "c", "--request-id", UUID().uuidString] + more
        let process = try TestProcess(
            try Programs.path("ixctl"), words,
            environment: TestProcess.plainEnvironment.merging(StoreAddress.variables(cut.path)) { $1 }
                .merging(cut.environment) { $1 })
        // A waiting one waits in vain for a daemon that the cut has ended.
        let ended = Task { try await process.exitStatus(within: .seconds(30)) }
        if !more.isEmpty {
            _ = try await eventually { !process.isRunning || cut.isCut }
            if cut.isCut { process.signal(SIGKILL) }
        }
        guard try await ended.value == .code(0) else { return nil }
        return process.lines.first?.split(separator: " ").lazy.compactMap { UUID(uuidString: String($0)) }.first
    }

    /// What is missing from the image, opened by the store itself, which looks it over.
    private func losses(_ told: Told, in path: String) async throws -> [String] {
        let store = SQLiteStore(path: path)
        try await store.hold(as: "the test")
        _ = try await store.sweep()
        var lost: [String] = []
        for id in told.acknowledged {
            let job = try await store.perform { try $0.get(id) }
            if job == nil { lost.append("\(id) is gone") }
            if told.done.contains(id), job?.status != .done {
                lost.append("\(id) is \(job?.status.rawValue ?? "gone")")
            }
        }
        await store.close()
        return lost
    }
}
