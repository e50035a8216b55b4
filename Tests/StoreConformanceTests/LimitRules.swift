import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Limits, strict order and rates of queues and groups.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `no more jobs of a group hold a place than its limit`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_concurrency": 2}"#)
            for index in 0..<5 {
                for group in ["a", "b"] { try await store.insert(.make("\(group)\(index)", group: group)) }
            }
            let daemon = try await store.daemon()
            var running = try await store.takeAll(daemon)
            #expect(running.map(\.names.requestID).sorted() == ["a0", "a1", "b0", "b1"])
            // Each end frees one place of its own group.
            let job = try #require(running.first { $0.names.requestID == "a0" })
            let end = Completion(job.attempt, try .success())
            let next = try await store.perform { try $0.completeAndClaim(end, Claim(daemonID: daemon)) }.1
            #expect(next?.names.requestID == "a2")
            running = try await store.takeAll(daemon)
            #expect(running.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `no more jobs of a queue hold a place than its limit, whatever priority they have`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"concurrency": 3}"#)
            for index in 0..<4 {
                try await store.insert(.make("n\(index)"))
                try await store.insert(.make("p\(index)", priority: -5))
            }
            let daemon = try await store.daemon()
            let first = try await store.takeAll(daemon)
            #expect(first.map(\.names.requestID) == ["p0", "p1", "p2"])
            try await store.set("extract", #"{"concurrency": 5}"#)
            let second = try await store.takeAll(daemon)
            #expect(second.map(\.names.requestID) == ["p3", "n0"])
            // Lowered: what runs goes on, and nothing starts until it fits.
            try await store.set("extract", #"{"concurrency": 2}"#)
            for job in (first + second).prefix(3) { _ = try await store.end(job.attempt, try .success()) }
            let none = try await store.claim(daemon)
            #expect(none == nil)
            let job = second[0]
            _ = try await store.end(job.attempt, try .success())
            let third = try await store.takeAll(daemon)
            #expect(third.map(\.names.requestID) == ["n1"])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a worker that ends a job of a full group goes on with the group's next, and no place is taken twice`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_concurrency": 2}"#)
            for index in 0..<12 { try await store.insert(.make("\(index)", group: "m")) }
            let daemon = try await store.daemon()
            var running = try await store.takeAll(daemon)
            var order = running.map(\.names.requestID)
            while let job = running.first {
                let end = Completion(job.attempt, try .success())
                let next = try await store.perform { try $0.completeAndClaim(end, Claim(daemonID: daemon)) }.1
                running = running.dropFirst() + [next].compactMap(\.self)
                order += [next?.names.requestID].compactMap(\.self)
                let places = try await store.perform { try $0.queue("extract") }?.places
                #expect(places == running.count && running.count <= 2)
            }
            #expect(order == (0..<12).map { "\($0)" })
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a full group never holds up another`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_concurrency": 1}"#)
            let jobs = try (0..<200).map { try NewJob.make("big-\($0)", group: "big") }
            _ = try await store.perform { try $0.insertPendingBatch(jobs) }
            for index in 0..<50 { try await store.insert(.make("small-\(index)", group: "\(index)")) }
            let running = try await store.takeAll(try await store.daemon())
            #expect(running.count == 51 && Set(running.map(\.names.requestID)).contains("big-0"))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `after any crash no place stays taken`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"concurrency": 2, "group_concurrency": 1}"#)
            for group in ["a", "b"] { try await store.insert(.make(group, group: group)) }
            let daemon = try await store.daemon()
            #expect(try await store.takeAll(daemon).count == 2)
            try await store.die(daemon)
            _ = try await store.sweep()
            _ = try await store.perform { try $0.updateSuspects() }
            let next = try await store.daemon()
            let first = try await store.takeAll(next)
            #expect(!first.isEmpty)
            for job in first { _ = try await store.end(job.attempt, .failure) }
            _ = try await store.perform { try $0.updateSuspects() }
            for job in try await store.takeAll(next) { _ = try await store.end(job.attempt, .failure) }
            let queue = try await store.perform { try $0.queue("extract") }
            #expect(queue?.places == 0 && queue?.waiting == 0)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a strict group never overtakes, retries and a head whose time is ahead included`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"strict": true}"#)
            for key in ["a1", "a2", "a3"] { try await store.insert(.make(key, group: "a")) }
            try await store.insert(.make("b1", group: "b"))
            let daemon = try await store.daemon()
            let first = try await store.takeAll(daemon)
            #expect(Set(first.map(\.names.requestID)) == ["a1", "b1"])
            let head = try #require(first.first { $0.names.requestID == "a1" })
            // A retry in an hour holds its group, and no other.
            _ = try await store.end(head.attempt, .back(pause: .seconds(3600)))
            try await store.insert(.make("c1", group: "c"))
            let second = try await store.takeAll(daemon)
            #expect(second.map(\.names.requestID) == ["c1"])
            let moved = try await store.perform {
                try $0.reschedule(head.attempt.jobID, runAt: "2001-01-01T00:00:00Z", priority: nil)
            }
            #expect(moved == .rescheduled)
            let again = try await store.takeAll(daemon)
            #expect(again.map(\.names.requestID) == ["a1"])
            _ = try await store.end(again[0].attempt, try .success())
            #expect(try await store.takeAll(daemon).map(\.names.requestID) == ["a2"])
            let refusal = await #expect(throws: StoreError.self) {
                try await store.insert(.make("p", priority: 1, group: "a"))
            }
            #expect(refusal?.message.contains("priority: must be 0 in queue extract, which is strict") == true)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a group's own limit stands over its queue's, and 0 starts none`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_concurrency": 1}"#)
            try await store.perform { operations in
                try operations.setGroup("extract", "big", concurrency: 3)
                try operations.setGroup("extract", "none", concurrency: 0)
            }
            for index in 0..<5 {
                for group in ["big", "none", "small"] {
                    try await store.insert(.make("\(group)\(index)", group: group))
                }
            }
            let running = try await store.takeAll(try await store.daemon()).map(\.names.requestID).sorted()
            #expect(running == ["big0", "big1", "big2", "small0"])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a rate is kept in every window`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"rate": 1, "rate_seconds": 3600, "burst": 3}"#)
            try await store.set("other", #"{"group_rate": 1, "group_rate_seconds": 3600}"#)
            for index in 0..<6 {
                try await store.insert(.make("a\(index)"))
                for group in ["x", "y"] {
                    try await store.insert(.make("\(group)\(index)", useCase: "other", group: group))
                }
            }
            let daemon = try await store.daemon()
            let running = try await store.takeAll(daemon)
            for job in running { _ = try await store.end(job.attempt, try .success()) }
            let more = try await store.takeAll(daemon)
            #expect(running.map(\.names.requestID).sorted() == ["a0", "a1", "a2", "x0", "y0"] && more.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a queue takes the group from the job, and a given key is refused`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_by": "context.customer", "group_concurrency": 1}"#)
            let acme = #"{"context": {"customer": "acme"}}"#
            let jobs = [try NewJob.make("a", acme), try .make("b", acme), try .make("c")]
            for job in jobs { try await store.insert(job) }
            let running = try await store.takeAll(try await store.daemon()).map(\.names.requestID).sorted()
            #expect(running == ["a", "c"])
            let refusal = await #expect(throws: StoreError.self) { try await store.insert(.make("d", group: "mine")) }
            #expect(refusal?.message.contains("group_key: queue extract takes it from context.customer") == true)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a waiting job says why it waits`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"group_concurrency": 1}"#)
            let ids = try await (
                store.insert(.make("a", group: "acme")).jobID, store.insert(.make("b", group: "acme")).jobID
            )
            _ = try await store.take()
            let held = try await store.perform { try $0.line(of: ids.0) }
            let line = try await store.perform { try $0.line(of: ids.1) }
            #expect(held?.reason == nil && line?.reason == "line: group acme has 1 of 1 running")
            _ = try await store.perform { try $0.pause("extract", group: nil) }
            let paused = try await store.perform { try $0.line(of: ids.1) }
            #expect(paused?.reason == "line: queue extract is paused")
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job named into a queue stays there by the name, and a resubmitted job is in the same line`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("bulk", #"{"concurrency": 1, "use_cases": ["extract"]}"#)
            let first = try await store.insert(.make("a", priority: 3, queue: "bulk", group: "g")).jobID
            _ = try await store.end(try await store.take().attempt, .failure)
            let resubmission = try await store.perform { try $0.resubmit(first, requestID: nil) }
            guard case .resubmitted(let jobID) = resubmission else {
                Issue.record("\(resubmission)")
                return
            }
            let job = try await store.job(jobID)
            #expect(job.queue == "bulk" && job.groupKey == "g" && job.priority == 3)
            await #expect(throws: StoreError.self) {
                try await store.insert(.make("b", useCase: "other", queue: "bulk"))
            }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a rescheduled job has another time or priority, and only a waiting one`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let plain = try await store.insert("plain").jobID
            let ahead = try await store.insert(.make("ahead", runAt: "2199-01-01T00:00:00Z")).jobID
            let results = try await store.perform { operations in
                [
                    try operations.reschedule(plain, runAt: nil, priority: 7),
                    try operations.reschedule(ahead, runAt: "2001-01-01T00:00:00.000000Z", priority: nil),
                    try operations.reschedule(UUID(), runAt: nil, priority: 0),
                ]
            }
            #expect(results == [.rescheduled, .rescheduled, .notFound])
            let job = try await store.job(plain)
            #expect(job.priority == 7 && job.queue == "extract")
            #expect(try await store.claimAll().map(\.names.requestID) == ["ahead", "plain"])
            let late = try await store.perform { try $0.reschedule(plain, runAt: nil, priority: 1) }
            #expect(late == .notPending(.running))
        }
    }
}
