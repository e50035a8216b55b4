import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Queues of configuration files.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `a key that a file names is the file's, and any other way to set it says where it stands`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.set("extract", #"{"concurrency": 3, "burst": 7}"#)
            let entered = try await store.enter("b", ["extract": #"{"concurrency": 5, "strict": true}"#])
            #expect(entered.map(\.key) == ["concurrency", "strict"] && entered.allSatisfy { $0.kind == .entered })
            #expect(entered.first?.value == "5" && entered.first?.oldValue == "3" && entered.first?.origin == nil)
            let again = try await store.enter("b", ["extract": #"{"concurrency": 5, "strict": true}"#])
            #expect(again == [])
            for (change, key) in [(#"{"concurrency": 9}"#, "concurrency"), (#"{"strict": false}"#, "strict")] {
                let refusal = await #expect(throws: StoreError.self) { try await store.set("extract", change) }
                let text = "\(key): queues.extract.\(key) is set by /etc/b.toml of host b"
                #expect(refusal?.message.contains(text) == true, "\(String(describing: refusal))")
            }
            try await store.set("extract", #"{"burst": 8}"#)
            let queue = try await store.perform { try $0.queue("extract") }
            #expect(queue?.settings.concurrency == 5 && queue?.settings.burst == 8 && queue?.settings.isStrict == true)
            #expect(queue?.settings.origins.keys.sorted() == ["concurrency", "strict"])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a key that has left the file keeps its value, and is free again`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.enter("b", ["extract": #"{"concurrency": 5, "burst": 2}"#, "mail": "{}"])
            #expect(try await store.perform { try $0.queues() }.map(\.settings.queue) == ["extract", "mail"])
            let freed = try await store.enter("b", ["extract": #"{"burst": 2}"#])
            #expect(freed.map(\.kind) == [.freed] && freed.map(\.key) == ["concurrency"] && freed.first?.value == "5")
            #expect(freed.first?.origin == QueueKeyOrigin(file: "/etc/b.toml", host: "b", instance: "default"))
            try await store.set("extract", #"{"concurrency": 6}"#)
            let rest = try await store.enter("b", [:])
            #expect(rest.map(\.key) == ["burst"])
            let queue = try await store.perform { try $0.queue("extract") }
            #expect(queue?.settings.concurrency == 6 && queue?.settings.burst == 2 && queue?.settings.origins == [:])
            #expect(try await store.enter("b", [:]) == [])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `of two daemons whose files differ the later wins, and the answer names the other`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.live("a")
            try await store.live("b")
            _ = try await store.enter("a", ["extract": #"{"rate": 5, "rate_seconds": 60, "burst": 2}"#])
            let taken = try await store.enter("b", ["extract": #"{"rate": 5, "rate_seconds": 30.0}"#])
            let first = try #require(taken.first { $0.kind == .taken })
            #expect(first.key == "rate_seconds" && first.origin?.host == "a")
            #expect(first.value.flatMap(Double.init) == 30 && first.oldValue.flatMap(Double.init) == 60)
            // A daemon that lives keeps its keys; the file knows one daemon, so what its files lack is free.
            #expect(taken.contains { $0.kind == .freed && $0.key == "burst" } == (kind == .sqlite))
            let origins = try await store.perform { try $0.queue("extract") }?.settings.origins
            #expect(origins?["rate"]?.host == "b" && origins?["rate_seconds"]?.host == "b")
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a key of a daemon that no longer lives is freed by another's start`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.enter(
                "gone", ["extract": #"{"group_by": "context.customer", "use_cases": ["a", "b"]}"#])
            let same = try await store.enter("b", ["extract": #"{"use_cases": ["a","b"]}"#])
            #expect(same.map(\.key) == ["group_by"] && same.map(\.kind) == [.freed])
            let queue = try await store.perform { try $0.queue("extract") }
            #expect(queue?.settings.groupBy == "context.customer" && queue?.settings.useCases == ["a", "b"])
            #expect(queue?.settings.origins.mapValues(\.host) == ["use_cases": "b"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a file's queue holds back the jobs beyond its limit`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<3 { try await store.insert(.make("plain-\(index)")) }
            let entered = try await store.enter("b", ["extract": #"{"concurrency": 2}"#])
            #expect(entered.map(\.value) == ["2"])
            #expect(try await store.takeAll(try await store.daemon()).count == 2)
        }
    }
}

extension JobStore {
    /// Enters the queues of `/etc/HOST.toml`: settings by queue, as JSON objects.
    fileprivate func enter(_ host: String, _ queues: [String: String]) async throws -> [QueueKeyChange] {
        let tables = try queues.sorted { $0.key < $1.key }.map { name, settings in
            let change = try QueueChange(JSONDocument(settings.utf8, field: "settings", limit: 10_000))
            return QueueFile.Table(queue: name, path: "/etc/\(host).toml", settings: change)
        }
        let file = QueueFile(host: host, instance: "default", tables: tables)
        return try await perform { try $0.enterFile(file) }
    }

    /// Registers a daemon of the host.
    fileprivate func live(_ host: String) async throws {
        let daemon = DaemonIdentity(instance: "default", host: host, pid: 1, version: "0")
        try await perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
    }
}
