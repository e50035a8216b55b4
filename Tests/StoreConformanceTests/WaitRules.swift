import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Jobs that wait for others, in lists and in the depth of their client.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `every list says which jobs a job waits for, in the words of a look at the job`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let parents = [try await store.insert("a").jobID, try await store.insert("b").jobID]
            let batch = try await store.batch("f", isOpen: true)
            try await store.insert(.following("one", [parents[0]]))
            try await store.insert(.following("two", parents, group: "g"))
            try await store.insert(.make("lined", group: "g"))
            try await store.insert(.member("member", of: batch, after: parents))
            let empty = try await store.batch("empty", isOpen: true)
            try await store.settle()
            var (members, others) = (JobFilter(), JobFilter(clientID: "client"))
            members.batchID = batch
            others.groupKeys = ["g"]
            for (filter, count) in [
                (JobFilter(), 5), (JobFilter(statuses: [.pending, .running]), 5), (JobFilter(clientID: "client"), 5),
                (members, 1), (others, 1),
            ] {
                let listed = try await store.list(filter)
                let reasons = try await store.perform { operations in
                    try listed.map { job in
                        let line = try operations.line(of: job.jobID)
                        return line?.reason.flatMap { $0.hasPrefix("wait: ") ? $0 : nil }
                    }
                }
                #expect(listed.map { $0.waits?.reason } == reasons, "\(filter)")
                #expect(reasons.compactMap(\.self).count == count, "\(filter) \(reasons)")
            }
            let live = try await store.list(JobFilter(statuses: [.pending]))
            let finisher = live.first { $0.jobID == empty }
            #expect(finisher?.waits?.reason == "wait: for members of its batch")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a list counts no more than 1,000 of the jobs that a job waits for`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let batch = try await store.batch("f")
            let members = try (0..<1002).map { try NewJob.member("\($0)", of: batch) }
            _ = try await store.insertBatch(members)
            let reason = try await store.perform { try $0.line(of: batch)?.reason }
            let listed = try await store.list(JobFilter(clientID: "client")).first { $0.jobID == batch }
            let all = try await store.list(limit: 2000).first { $0.jobID == batch }
            #expect(reason?.hasPrefix("wait: for over 1000 jobs, such as ") == true, "\(reason ?? "")")
            #expect(all?.waits?.reason == reason && (listed == nil || listed?.waits?.reason == reason))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `jobs that wait for others count in the depth of the queue that they will enter`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.set("extract", #"{"client_depth": 2}"#)
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            let a = try await store.insert(.following("a", [parent])).jobID
            let batch = try await store.batch("f", isOpen: true)
            try await store.insert(.following("b", [parent], group: "g"))
            for job: NewJob in [try .make("c"), try .following("c", [parent]), try .member("c", of: batch)] {
                let refusal = await #expect(throws: StoreError.self) { try await store.insert(job) }
                #expect(refusal?.code == .queueFull, "\(String(describing: refusal))")
            }
            #expect(try await store.insert(.following("a", [parent])).isDuplicate)
            // An end of a waiting job makes room.
            _ = try await store.perform { try $0.cancel([a]) }
            try await store.insert(.following("d", [parent]))
            await #expect(throws: StoreError.self) { try await store.insert(.make("e")) }
            // So does a start, but not the release.
            let daemon = try await store.daemon()
            let first = try #require(try await store.next(daemon))
            #expect(first.attempt.jobID == parent)
            _ = try await store.end(first.attempt, .success())
            try await store.settle()
            await #expect(throws: StoreError.self) { try await store.insert(.make("e")) }
            let second = try #require(try await store.next(daemon))
            try await store.insert(.make("e"))
            _ = try await store.end(second.attempt, .success())
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a finisher that waits is scheduled in every count, also before a first member`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f", isOpen: true)
            try await store.settle()
            func counts() async throws -> [[Int]] {
                try await store.perform { operations in
                    let looks = [try operations.lookAtQueue().useCases, try operations.countPending()].map { look in
                        [look.reduce(0) { $0 + $1.due }, look.reduce(0) { $0 + $1.scheduled }]
                    }
                    let totals = try [true, false].map { try operations.statistics(countingEnded: $0).total }
                    return looks + totals.map { [$0.due, $0.scheduled] }
                }
            }
            #expect(try await counts() == Array(repeating: [0, 1], count: 4))
            try await store.insert(.member("a", of: batch))
            #expect(try await counts() == Array(repeating: [1, 1], count: 4))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a finisher that waits takes no place of its members in the depth, and counts when its wait is over`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"client_depth": 1}"#)
            let batch = try await store.batch("f", isOpen: true)
            let other = try await store.batch("g", isOpen: true)
            try await store.insert(.member("a", of: batch))
            await #expect(throws: StoreError.self) { try await store.insert(.member("b", of: other)) }
            let daemon = try await store.daemon()
            let member = try #require(try await store.next(daemon))
            _ = try await store.end(member.attempt, .success())
            // A depth that is set while they wait leaves them out, too.
            try await store.set("extract", #"{"client_depth": null}"#)
            try await store.set("extract", #"{"client_depth": 1}"#)
            #expect(try await store.perform { try $0.closeBatch(batch) } == .closed)
            try await store.settle()
            await #expect(throws: StoreError.self) { try await store.insert(.member("b", of: other)) }
            let finisher = try #require(try await store.next(daemon))
            #expect(finisher.attempt.jobID == batch)
            try await store.insert(.member("b", of: other))
            _ = try await store.end(finisher.attempt, .success())
            // So does a move.
            try await store.set("mail", #"{"client_depth": 1}"#)
            _ = try await store.perform { try $0.move([other], to: "mail") }
            try await store.insert(.make("c", queue: "mail"))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a large depth is passed by few of the jobs that wait for others`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let depth = 600
            try await store.set("extract", #"{"client_depth": 600}"#)
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            var taken = 0
            for index in 0..<(depth * 2) {
                do {
                    try await store.insert(.following("\(index)", [parent]))
                    taken += 1
                } catch let error as StoreError where error.code == .queueFull {}
            }
            // 0.8 % more is expected, and 8 % in one of 40,000 runs.
            #expect(taken >= depth && taken <= depth * 108 / 100, "\(taken)")
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a waiting job that is moved counts in its new queue, and one that waited before a depth was set counts`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            for queue in ["extract", "mail"] { try await store.set(queue, "{}") }
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            let ids = [
                try await store.insert(.following("a", [parent])).jobID,
                try await store.insert(.following("b", [parent])).jobID,
            ]
            try await store.set("extract", #"{"client_depth": 2}"#)
            await #expect(throws: StoreError.self) { try await store.insert(.make("c")) }
            try await store.set("mail", #"{"client_depth": 1}"#)
            _ = try await store.perform { try $0.move([ids[0]], to: "mail") }
            try await store.insert(.make("c"))
            await #expect(throws: StoreError.self) { try await store.insert(.make("d", useCase: "mail")) }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job older than its queue counts while it waits on the file, and when released on PostgreSQL`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            try await store.insert(.following("a", [parent]))
            try await store.set("extract", #"{"client_depth": 1}"#)
            if kind == .sqlite {
                await #expect(throws: StoreError.self) { try await store.insert(.make("b")) }
            } else {
                let daemon = try await store.daemon()
                let gate = try #require(try await store.next(daemon))
                try await store.insert(.make("b"))
                _ = try await store.end(gate.attempt, .success())
                _ = try #require(try await store.next(daemon))
                await #expect(throws: StoreError.self) { try await store.insert(.make("c")) }
            }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job that waits for others gets no turn, and stands behind those that came into line before its release`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"strict": true}"#)
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            let waiting = try await store.insert(.following("waiting", [parent])).jobID
            let (first, last) = (try await store.insert("first").jobID, try await store.insert("last").jobID)
            let daemon = try await store.daemon()
            let others = UseCaseFilter.only(["other"])
            let gate = try #require(
                try await store.perform { try $0.claimNextPending(Claim(daemonID: daemon, useCases: others)) })
            #expect(gate.attempt.jobID == parent)
            let none = try await store.perform { try $0.claimNextPending(Claim(daemonID: daemon, useCases: others)) }
            #expect(none == nil)
            _ = try await store.end(gate.attempt, .success())
            var order: [UUID] = []
            while let job = try await store.next(daemon) {
                order.append(job.attempt.jobID)
                _ = try await store.end(job.attempt, .success())
            }
            #expect(order == [first, last, waiting])
        }
    }
}
