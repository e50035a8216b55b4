import FoundationEssentials
import IXConcurrency
import IXCore
import IXEngine
import IXPipelines
import IXSQLite
import IXStore
import IXTestSupport
import Logging
import Testing

/// An engine on a file tells its subscribers of the jobs that ended in it.
@Suite(.timeLimit(.minutes(2))) struct EndsTests {
    @Test(arguments: [1, 4])
    func `every subscriber hears of each end, by a worker and by the sweep, until the drain`(_ batch: Int) async throws
    {
        try await TestFile.with { file in
            let store = file.store()
            try await store.hold(as: "the test")
            let expired = try await store.insert(.make("expired", useCase: "echo", expiresAt: "2001-01-01T00:00:00Z"))
            let engine = Self.engine(on: store, batch: batch)
            let (ends, others) = (engine.ends(), engine.ends())
            let services = EngineServices(engine)
            try await engine.start(predecessor: nil)
            services.run()
            // The poll comes in an hour: the notifier's stream brings these two.
            let done = try await store.insert(.make("done", useCase: "echo"))
            let failed = try await store.insert(.make("failed", useCase: "fail"))
            var heard: [UUID: JobEnd] = [:]
            for await end in ends {
                heard[end.jobID] = end
                if heard.count == 3 { break }
            }
            #expect(
                heard[expired.jobID]
                    == JobEnd(jobID: expired.jobID, status: .error, errorCode: "expired", attempt: 0))
            #expect(
                heard[done.jobID] == JobEnd(jobID: done.jobID, status: .done, errorCode: nil, attempt: 1))
            #expect(heard[failed.jobID]?.status == .error && heard[failed.jobID]?.errorCode != nil)
            await services.drain()
            var rest: Set<UUID> = []
            for await end in others { rest.insert(end.jobID) }
            #expect(rest == Set(heard.keys))
            await store.close()
        }
    }

    private static func engine(on store: SQLiteStore, batch: Int) -> Engine {
        let quiet = Logger(label: "ix.test") { _ in SwiftLogNoOpLogHandler() }
        return Engine(
            settings: EngineSettings(
                workers: 2, batch: batch, poll: .seconds(3600), grace: .seconds(5), killGrace: .seconds(1),
                lease: .seconds(30), heartbeat: .seconds(5), sweep: .seconds(3600), callTimeout: .seconds(10),
                stepLimit: .seconds(30)),
            store: store, dutyStore: store, leaseStore: store, notifier: SQLiteNotifier(store, logger: quiet),
            pipelines: PipelineRegistry(timeout: .seconds(60)), callbacks: SilentCallbacks(),
            identity: DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "0"), logger: quiet)
    }
}
