import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// The order of lines: priorities, groups and plain jobs.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a smaller priority starts sooner, before plain jobs when below 0 and after them when above`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert(.make("later", priority: 5))
            try await store.insert(.make("plain"))
            try await store.insert(.make("soon", priority: -1))
            try await store.insert(.make("first", priority: -1000))
            let order = try await store.claimAll().map(\.names.requestID)
            #expect(order == ["first", "soon", "plain", "later"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `jobs of a group start in the order of their inserts`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for key in ["c", "a", "b"] { try await store.insert(.make(key, group: "document")) }
            let batch = try ["z", "x", "y"].map { try NewJob.make($0, group: "document") }
            _ = try await store.perform { try $0.insertPendingBatch(batch) }
            let order = try await store.claimAll().map(\.names.requestID)
            #expect(order == ["c", "a", "b", "z", "x", "y"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `groups take turns, whatever their backlogs`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<30 { try await store.insert(.make("big-\(index)", group: "big")) }
            for index in 0..<3 { try await store.insert(.make("small-\(index)", group: "small")) }
            var firsts: [String] = []
            for _ in 0..<6 { firsts.append(try await store.take().names.requestID) }
            #expect(firsts.count { $0.hasPrefix("small") } == 3)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `plain jobs and lines take turns`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<20 {
                try await store.insert(.make("plain-\(index)"))
                try await store.insert(.make("lined-\(index)", group: "\(index)"))
            }
            let daemon = try await store.daemon()
            var claimed: [String] = []
            var last = try await store.claim(daemon)
            while let job = last, claimed.count < 12 {
                claimed.append(job.names.requestID)
                let completion = Completion(job.attempt, try .success())
                last = try await store.perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }.1
            }
            let lined = claimed.count { $0.hasPrefix("lined") }
            #expect((3...9).contains(lined), "\(claimed)")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line whose time is ahead waits for it, and a hand-back returns it to its line`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert(.make("ahead", runAt: "2199-01-01T00:00:00Z", group: "a"))
            try await store.insert(.make("now", group: "a"))
            let daemon = try await store.daemon()
            let job = try #require(try await store.claim(daemon))
            #expect(job.names.requestID == "now")
            let none = try await store.claim(daemon)
            #expect(none == nil)
            _ = try await store.end(job.attempt, .back())
            let again = try #require(try await store.claim(daemon))
            #expect(again.names.requestID == "now" && again.attempt.attempts == 1)
            _ = try await store.end(again.attempt, try .success())
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a claim among use cases takes only those from lines`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("other", useCase: "other", group: "a"))
            try await store.insert(.make("mine", useCase: "mine", group: "a"))
            let daemon = try await store.daemon()
            let only = try await store.perform {
                try $0.claimNextPending(Claim(daemonID: daemon, useCases: .only(["mine"])))
            }
            #expect(only?.names.requestID == "mine")
            let none = try await store.perform {
                try $0.claimNextPending(Claim(daemonID: daemon, useCases: .except(["other"])))
            }
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a queue without a row is refused by name, and a priority beyond 1,000`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let refusal = await #expect(throws: StoreError.self) {
                try await store.insert(.make("a", queue: "nowhere"))
            }
            #expect(refusal?.message.contains("queue: there is no queue") == true)
            #expect(throws: InvalidInput.self) { try NewJob.make("b", priority: 1001) }
            let results = try await store.perform {
                try $0.insertPendingBatch([.make("c", queue: "nowhere"), .make("d", group: "g")])
            }
            guard case .refused = results[0], case .inserted = results[1] else {
                Issue.record("\(results)")
                return
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line is listed and counted as any waiting job`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("plain"))
            try await store.insert(.make("lined", group: "a"))
            try await store.insert(.make("ahead", runAt: "2199-01-01T00:00:00Z", group: "a"))
            let listed = try await store.perform { try $0.list(JobFilter(statuses: [.pending]), after: nil, limit: 10) }
            #expect(Set(listed.map(\.names.requestID)) == ["plain", "lined", "ahead"])
            let (counts, levels, pending) = try await store.perform {
                (try $0.statistics(countingEnded: false).total, try $0.lookAtQueue(), try $0.countPending())
            }
            #expect(counts.due == 2 && counts.scheduled == 1)
            #expect(levels.useCases.map(\.due) == [2] && levels.useCases.map(\.scheduled) == [1])
            #expect(pending.map(\.due) == [2] && pending.map(\.scheduled) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a listing is narrowed by queue and group, and a plain job's queue is its use case`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("mail", #"{"concurrency": 5}"#)
            try await store.insert(.make("plain"))
            try await store.insert(.make("other", useCase: "other"))
            try await store.insert(.make("acme", group: "acme"))
            try await store.insert(.make("shop", group: "shop"))
            try await store.insert(.make("named", queue: "mail", group: "acme"))
            let failed = try await store.insert(.make("failed", group: "acme")).jobID
            _ = try await store.cancel(failed)
            let (pending, error, any): (Set<JobStatus>, Set<JobStatus>, Set<JobStatus>) = ([.pending], [.error], [])
            for (statuses, queues, groups, keys) in [
                (any, ["extract"], [], ["failed", "shop", "acme", "plain"]),
                (any, ["mail", "other"], [], ["named", "other"]),
                (any, [], ["acme"], ["failed", "named", "acme"]), (any, ["extract"], ["acme"], ["failed", "acme"]),
                (any, ["nowhere"], [], []), (any, [], ["plain"], []),
                (pending, ["extract"], [], ["shop", "acme", "plain"]), (pending, ["mail"], ["acme"], ["named"]),
                (error, ["extract"], ["acme"], ["failed"]), (error, ["mail"], [], []), (error, [], ["shop"], []),
            ] as [(Set<JobStatus>, Set<String>, Set<String>, [String])] {
                var filter = JobFilter(statuses: statuses)
                (filter.queues, filter.groupKeys) = (queues, groups)
                let listed = try await store.list(filter).map(\.names.requestID)
                #expect(listed == keys, "\(filter)")
            }
            var own = JobFilter(clientID: try await store.list().first?.names.clientID)
            (own.queues, own.groupKeys) = (["extract"], ["acme"])
            #expect(try await store.list(own).map(\.names.requestID) == ["failed", "acme"])
            let daemon = try await store.daemon()
            for job in try await store.takeAll(daemon) {
                let row = try await store.job(job.attempt.jobID)
                var filter = JobFilter(statuses: [.running])
                filter.queues = [row.queue ?? row.useCase ?? ""]
                if let key = row.groupKey { filter.groupKeys = [key] }
                let runs = try await store.list(filter).map(\.jobID)
                #expect(runs.contains(job.attempt.jobID), "\(filter)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line that no daemon serves ends as any other`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let jobID = try await store.insert(.make("a", useCase: "strange", group: "g")).jobID
            let daemon = try await store.daemon()
            let work = try await store.perform { operations in
                try operations.recordServed(daemon, ["extract"])
                return try operations.foreignWork(daemon, serving: ["extract"])
            }
            #expect(work.unserved == ["strange"])
            let ended = try await store.perform { try $0.endUnserved(["strange"], dueFor: .zero, limit: 10) }
            #expect(ended.map(\.jobID) == [jobID] && ended.map(\.errorCode) == ["unknown_use_case"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line is shown with its queue and group, cancelled and expired as any other`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let jobID = try await store.insert(.make("a", group: "acme")).jobID
            let job = try await store.job(jobID)
            #expect(job.queue == "extract" && job.groupKey == "acme")
            let cancelled = try await store.perform { try $0.cancel(jobID) }
            #expect(cancelled == .cancelled)
            let late = try await store.insert(.make("b", expiresAt: "2001-01-01T00:00:00Z", group: "acme")).jobID
            let expired = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(expired.map(\.jobID) == [late])
            let none = try await store.claim(try await store.daemon())
            let line = try await store.perform { try $0.line(of: late) }
            #expect(none == nil && line == nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `jobs of a queue that no daemon takes are unserved in statistics and levels`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.set("slow", #"{"concurrency": 5}"#)
            try await store.insert(.make("a", queue: "slow"))
            try await store.insert(.make("b"))
            try await store.insert(.make("c", useCase: "mail"))
            let some = DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "0", queues: ["extract"])
            try await store.perform { try $0.registerDaemon(some, lease: .seconds(600)) }
            let (statistics, levels, counts) = try await store.perform {
                (try $0.statistics(countingEnded: false), try $0.lookAtQueue(), try $0.countPending())
            }
            #expect(statistics.unservedQueues.map(\.queue) == ["mail", "slow"])
            #expect(statistics.unservedQueues.map(\.jobs) == [1, 1])
            let rows = levels.useCases.sorted { ($0.name ?? "", $0.queue ?? "") < ($1.name ?? "", $1.queue ?? "") }
            #expect(rows.map(\.name) == ["extract", "extract", "mail"] && rows.map(\.queue) == [nil, "slow", nil])
            #expect(rows.map(\.due) == [1, 1, 1] && rows.map(\.isServed) == [true, false, false])
            #expect(levels.byUseCase.map(\.due).sorted() == [1, 2])
            #expect(QueueLevels(text: levels.text)?.useCases.map(\.queue) == levels.useCases.map(\.queue))
            #expect(
                Set(counts.map { [$0.name, $0.queue] }) == [["extract", nil], ["extract", "slow"], ["mail", nil]])
        }
    }
}

extension JobStore {
    /// Claims the next job for a worker of its own; throws when none may start.
    func take() async throws -> ClaimedJob {
        guard let job = try await claim(try await daemon()) else { throw TestFailure("no job may start") }
        return job
    }

    /// Sets limits of a queue, as a JSON object of settings.
    func set(_ queue: String, _ settings: String) async throws {
        let change = try QueueChange(JSONDocument(settings.utf8, field: "settings", limit: 10_000))
        try await perform { try $0.setQueue(queue, change) }
    }

    /// Claims jobs until none may start.
    func takeAll(_ daemon: UUID) async throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        while let job = try await claim(daemon) { jobs.append(job) }
        return jobs
    }
}
