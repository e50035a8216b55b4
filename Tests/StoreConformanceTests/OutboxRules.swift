import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    /// Every way in which a job ends.
    enum EndPath: CaseIterable, Sendable {
        case done, error, exhausted, swept, cancelledWaiting, cancelledRunning, expired

        func end(
            _ key: String, _ store: any JobStore, url: String?, clientID: String = "client",
            before: (UUID) async throws -> Void = { _ in }
        ) async throws -> UUID {
            let expiresAt = self == .expired ? "2020-01-01T00:00:00.000000Z" : nil
            let jobID = try await store.insert(
                .make(key, clientID: clientID, callbackURL: url, maxAttempts: 1, expiresAt: expiresAt)
            ).jobID
            try await before(jobID)
            switch self {
            case .done: _ = try await store.end(store.claimed().attempt, .success())
            case .error: _ = try await store.end(store.claimed().attempt, .failure)
            case .exhausted: _ = try await store.end(store.claimed().attempt, .back())
            case .swept:
                try await store.die(store.claimed().daemon)
                _ = try await store.sweep()
            case .cancelledWaiting: _ = try await store.perform { try $0.cancel(jobID) }
            case .cancelledRunning:
                let (attempt, _) = try await store.claimed()
                _ = try await store.perform { try $0.cancel(jobID) }
                _ = try await store.end(attempt, .success())
            case .expired: _ = try await store.perform { try $0.expirePending(limit: 10) }
            }
            return jobID
        }
    }

    @Test(arguments: StoreUnderTest.allCases, EndPath.allCases)
    func `every way a job ends makes its callback due once, with the response as stored`(
        _ kind: StoreUnderTest, _ path: EndPath
    ) async throws {
        try await kind.with { store in
            let jobID = try await path.end("a", store, url: "https://Caller.Example:8443/a?b=c")
            let job = try await store.job(jobID)
            let due = try await store.dueCallbacks()
            #expect(due.map(\.jobID) == [jobID] && due.first?.body == job.response && job.status.isTerminal)
            #expect(due.first?.url == job.callbackURL && due.first?.endpoint == "https://caller.example:8443")
            #expect(due.first?.status == job.status && due.first?.clientID == "client" && due.first?.tries == 0)
            #expect(job.callbackStatus == nil)
        }
    }

    /// The endpoint is computed twice, by a column of PostgreSQL and a trigger of SQLite.
    @Test(arguments: StoreUnderTest.allCases)
    func `every store computes the same endpoint of a URL`(_ kind: StoreUnderTest) async throws {
        let endpoints = [
            "http://a.example": "http://a.example", "http://A.Example/": "http://a.example",
            "HTTPS://b.example:8443/x/y?z=//q": "https://b.example:8443", "http://c.example?x=/": "http://c.example",
            "http://[::1]:8080/x": "http://[::1]:8080", "http://127.0.0.1:9/": "http://127.0.0.1:9",
            "https://d.example:443/%2F": "https://d.example:443",
        ]
        try await kind.with { store in
            for (number, url) in endpoints.keys.enumerated() {
                _ = try await EndPath.done.end("\(number)", store, url: url)
            }
            let due = try await store.dueCallbacks()
            #expect(Dictionary(uniqueKeysWithValues: due.map { ($0.url, $0.endpoint) }) == endpoints)
        }
    }

    @Test(arguments: StoreUnderTest.allCases, EndPath.allCases)
    func `a job without a callback URL has no callback due, however it ends`(
        _ kind: StoreUnderTest, _ path: EndPath
    ) async throws {
        try await kind.with { store in
            let jobID = try await path.end("a", store, url: nil)
            let due = try await store.dueCallbacks()
            let record = try await store.perform { try $0.callback(of: jobID) }
            #expect(due.isEmpty && record == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an end that is rolled back takes its callback along`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            do {
                try await store.transaction { operations in
                    _ = try operations.complete(Completion(attempt, .success()))
                    throw Rollback()
                }
            } catch is Rollback {}
            let due = try await store.dueCallbacks()
            #expect(due.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a fenced end makes no callback due`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            try await store.die(daemon)
            _ = try await store.sweep()
            let result = try await store.end(attempt, .success())
            let due = try await store.dueCallbacks()
            #expect(result == .fenced && due.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a callback is in one hand at a time, until its lease ends`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await EndPath.done.end("a", store, url: "http://a/")
            let first = try await store.dueCallbacks(lease: .seconds(3))
            let meanwhile = try await store.dueCallbacks()
            #expect(first.count == 1 && meanwhile.isEmpty)
            var second: [ClaimedCallback] = []
            let isFree = try await eventually {
                second = try await store.dueCallbacks()
                return !second.isEmpty
            }
            #expect(isFree)
            let late = try await store.recordDelivery(#require(first.first), .delivered)
            let status = try await store.job(first[0].jobID).callbackStatus
            #expect(!late && status == nil)
            let inTime = try await store.recordDelivery(#require(second.first), .delivered)
            let told = try await store.job(first[0].jobID).callbackStatus
            #expect(inTime && told == .delivered)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what a dead daemon had in hand is due at once`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await EndPath.done.end("a", store, url: "http://a/")
            let daemon = try await store.daemon()
            let first = try await store.dueCallbacks(daemon: daemon)
            try await store.die(daemon)
            let again = try await store.dueCallbacks()
            #expect(first.count == 1 && again.map(\.jobID) == first.map(\.jobID))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `each try has its line in the log, and the outcome its state`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let jobID = try await EndPath.done.end("a", store, url: "http://a/")
            let first = try await store.dueCallbacks()[0]
            _ = try await store.recordDelivery(first, .again(after: .zero, advances: true), status: 503, reason: "busy")
            let second = try await store.dueCallbacks()[0]
            #expect(second.tries == 1 && second.retryIndex == 1 && second.body == first.body)
            _ = try await store.recordDelivery(
                second, .again(after: .zero, advances: false), status: nil, reason: "away")
            let third = try await store.dueCallbacks()[0]
            #expect(third.tries == 2 && third.retryIndex == 1)
            _ = try await store.recordDelivery(third, .failed, status: 410, reason: "gone")
            let (record, tries) = try await store.perform {
                (try $0.callback(of: jobID), try $0.deliveries(of: jobID))
            }
            #expect(record?.state == .failed && record?.tries == 3 && record?.settledAt != nil && record?.dueIn == nil)
            #expect(tries.map(\.number) == [1, 2, 3] && tries.map(\.report.httpStatus) == [503, nil, 410])
            #expect(tries.map(\.report.reason) == ["busy", "away", "gone"] && tries[0].report.seconds == 0.25)
            #expect(tries[0].report.answer == "so \"it\" is" && tries[0].claimID == first.claimID)
            let job = try await store.job(jobID)
            #expect(job.callbackStatus == .failed && job.status == .done)
            let due = try await store.dueCallbacks()
            #expect(due.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a pause is kept, and told beforehand`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let none = try await store.perform { try $0.nextCallback(slots: [:], shares: [:]) }
            _ = try await EndPath.done.end("a", store, url: "http://a/")
            let now = try await store.perform { try $0.nextCallback(slots: [:], shares: [:]) }
            let elsewhere = try await store.perform { try $0.nextCallback(slots: ["http://a": 0], shares: [:]) }
            #expect(none == nil && now == .zero && elsewhere == nil)
            let callback = try await store.dueCallbacks()[0]
            _ = try await store.recordDelivery(callback, .again(after: .seconds(100), advances: true))
            let next = try #require(try await store.perform { try $0.nextCallback(slots: [:], shares: [:]) })
            let due = try await store.dueCallbacks()
            #expect(next > .seconds(90) && next <= .seconds(100) && due.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a delivery that was not begun goes back and is no try`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let jobID = try await EndPath.done.end("a", store, url: "http://a/")
            let callback = try await store.dueCallbacks()[0]
            let held = try await store.perform { try $0.recordDeliveries([.untouched(callback)]) }
            let again = try await store.dueCallbacks()
            let tries = try await store.perform { try $0.deliveries(of: jobID) }
            #expect(held == [jobID] && again.map(\.retryIndex) == [0] && again[0].tries == 0 && tries.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a backlog of one endpoint keeps nothing from the others`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for number in 0..<6 { _ = try await EndPath.done.end("a\(number)", store, url: "http://dead/\(number)") }
            let other = try await EndPath.done.end("b", store, url: "http://well/")
            let shut = try await store.dueCallbacks(slots: ["http://dead": 0])
            #expect(shut.map(\.jobID) == [other])
            let four = try await store.dueCallbacks(slotsPerEndpoint: 4)
            #expect(four.count == 4 && four.allSatisfy { $0.endpoint == "http://dead" })
            let one = try await store.dueCallbacks(limit: 1)
            #expect(one.count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `whether a body is wrapped is decided by its first try`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await EndPath.done.end("a", store, url: "http://a/")
            let first = try await store.dueCallbacks(wraps: true)[0]
            _ = try await store.recordDelivery(first, .again(after: .zero, advances: true))
            let second = try await store.dueCallbacks(wraps: false)[0]
            #expect(first.isWrapped && second.isWrapped && second.endedAt == first.endedAt)
        }
    }
}
