import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Workers that have pipelines for some use cases only.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a daemon's use cases stand in its entry, and can change`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let served = ["b", "a", "quo\"te,{}\\"]
            let daemon = try await store.daemon(serving: served)
            let at = { () async throws -> [[String]?] in
                try await store.perform { try $0.statistics(countingEnded: false) }.daemons.map(\.daemon.serves)
            }
            #expect(try await at() == [served.sorted()])
            try await store.perform { try $0.recordServed(daemon, nil) }
            #expect(try await at() == [nil])
            try await store.perform { try $0.recordServed(daemon, []) }
            #expect(try await at() == [[]])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what is due and not served is found, by use case; what is far ahead is not`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            for (useCase, runAt) in [("a", nil), ("b", nil), ("b", nil), ("far", "2999-01-01T00:00:00Z"), ("c", nil)] {
                try await store.insert(.make(UUID().uuidString, useCase: useCase, runAt: runAt))
            }
            let daemon = try await store.daemon(serving: ["c"])
            let work = try await store.perform { try $0.foreignWork(daemon, serving: ["c"]) }
            #expect(Set(work.unserved) == ["a", "b"] && work.servedElsewhere.isEmpty && !work.othersDiffer)
            let none = try await store.perform { try $0.foreignWork(daemon, serving: ["a", "b", "c"]) }
            #expect(!none.isAny)
            let statistics = try await store.perform { try $0.statistics(countingEnded: false) }
            let counted = statistics.unserved.map { "\($0.useCase ?? "") \($0.due) \($0.scheduled)" }
            #expect(counted == ["a 1 0", "b 2 0", "far 0 1"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases.filter { $0.has(.leases) })
    func `a use case that another live daemon serves is not unserved, until that one is gone`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.insert(.make("1", useCase: "a"))
            let mine = try await store.daemon(serving: ["c"])
            let alike = try await store.daemon(serving: ["c"])
            let look = { () async throws -> ForeignWork in
                var work = try await store.perform { try $0.foreignWork(mine, serving: ["c"]) }
                #expect(work.rank >= 0 && work.rank < work.daemons)
                (work.daemons, work.rank, work.needs) = (1, 0, .all)
                return work
            }
            #expect(try await look() == ForeignWork(unserved: ["a"]))
            let other = try await store.daemon(serving: ["a", "c"])
            #expect(try await look() == ForeignWork(servedElsewhere: ["a"], othersDiffer: true))
            try await store.die(other)
            let all = try await store.daemon()
            #expect(try await look() == ForeignWork(servedElsewhere: ["a"], othersDiffer: true))
            let ended = try await store.perform { try $0.endUnserved(["a"], dueFor: .zero, limit: 10) }
            #expect(ended.isEmpty)
            for one in [all, alike] { try await store.die(one) }
            #expect(try await look() == ForeignWork(unserved: ["a"]))
            let last = try await store.perform { try $0.foreignWork(mine, serving: ["c"]) }
            #expect(last.daemons == 1 && last.rank == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what no daemon serves ends when it was due for long enough, its callback due`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let url = "https://caller.example/a"
            let old = try await store.insert(
                .make("old", useCase: "a", callbackURL: url, runAt: "2001-01-01T00:00:00Z"))
            let young = try await store.insert(.make("young", useCase: "a"))
            let ahead = try await store.insert(.make("ahead", useCase: "a", runAt: "2999-01-01T00:00:00Z"))
            let served = try await store.insert(.make("served", useCase: "c", runAt: "2001-01-01T00:00:00Z"))
            _ = try await store.daemon(serving: ["c"])
            let ended = try await store.perform { try $0.endUnserved(["a", "c"], dueFor: .seconds(3600), limit: 10) }
            #expect(ended.map(\.jobID) == [old.jobID] && ended[0].errorCode == "unknown_use_case")
            let job = try await store.job(old.jobID)
            #expect(job.status == .error && job.attempts == 0 && job.finishedAt != nil && ended[0].isCallbackDue)
            #expect(job.response?.contains("no pipeline is configured for use case 'a'") == true)
            let due = try await store.dueCallbacks()
            #expect(due.map(\.jobID) == [old.jobID])
            for left in [young, ahead, served] {
                let status = try await store.job(left.jobID).status
                #expect(status == .pending)
            }
            let rest = try await store.perform { try $0.endUnserved(["a", "c"], dueFor: .zero, limit: 10) }
            #expect(rest.map(\.jobID) == [young.jobID])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `as many unserved jobs end as are asked for`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for number in 1...5 { try await store.insert(.make("\(number)", useCase: "a")) }
            _ = try await store.daemon(serving: ["c"])
            let counts = try await store.perform { operations in
                try (1...3).map { _ in try operations.endUnserved(["a"], dueFor: .zero, limit: 2).count }
            }
            #expect(counts == [2, 2, 1])
        }
    }
}

/// Daemons that serve some queues only.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `a daemon takes the jobs of its queues alone, plain ones and those in line`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.set("mail", #"{"concurrency": 10}"#)
            for (key, useCase) in [("plain", "extract"), ("other", "report")] {
                try await store.insert(.make(key, useCase: useCase))
                try await store.insert(.make(key + " of a group", useCase: useCase, group: "a"))
            }
            try await store.insert(.make("named", useCase: "report", queue: "mail"))
            let daemon = try await store.daemon(queues: ["extract", "mail"])
            var claimed: [String] = []
            while let job = try await store.claim(daemon, from: ["extract", "mail"]) {
                claimed.append(job.names.requestID)
            }
            #expect(claimed.sorted() == ["named", "plain", "plain of a group"])
            // The use cases of a full pipeline are left out beside them.
            try await store.insert(.make("full", useCase: "extract"))
            let none = try await store.claim(daemon, from: ["extract", "mail"], .except(["extract"]))
            #expect(none == nil)
            let all = try await store.takeAll(store.daemon())
            #expect(all.map(\.names.requestID).sorted() == ["full", "other", "other of a group"])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a queue that no daemon takes is named with its due jobs, and the daemons' queues are shown`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("mail", #"{"concurrency": 10}"#)
            try await store.insert(.make("a", useCase: "report"))
            try await store.insert(.make("b", useCase: "report", queue: "mail"))
            try await store.insert(.make("c", useCase: "report", queue: "mail"))
            try await store.insert(.make("d", useCase: "far", runAt: "2199-01-01T00:00:00Z"))
            try await store.insert(.make("e", useCase: "extract"))
            let daemon = try await store.daemon(queues: ["extract"])
            let (queues, daemons) = try await store.perform {
                (try $0.unservedQueues(), try $0.statistics(countingEnded: false).daemons)
            }
            #expect(queues == [UnservedQueue(queue: "mail", jobs: 2), UnservedQueue(queue: "report", jobs: 1)])
            #expect(daemons.map(\.daemon.queues) == [["extract"]])
            try await store.perform { try $0.endLease(daemon) }
            _ = try await store.daemon()
            let none = try await store.perform { try $0.unservedQueues() }
            #expect(none.isEmpty)
        }
    }
}

extension JobStore {
    /// Registers a daemon that takes jobs of these queues alone.
    fileprivate func daemon(queues: [String]) async throws -> UUID {
        let daemon = DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "0", queues: queues)
        try await perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
        return daemon.daemonID
    }

    fileprivate func claim(
        _ daemon: UUID, from queues: [String], _ useCases: UseCaseFilter? = nil
    ) async throws -> ClaimedJob? {
        try await perform { try $0.claimNextPending(Claim(daemonID: daemon, useCases: useCases, queues: queues)) }
    }

    fileprivate func daemon(serving useCases: [String]) async throws -> UUID {
        let daemon = DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "0", serves: useCases)
        try await perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
        return daemon.daemonID
    }
}
