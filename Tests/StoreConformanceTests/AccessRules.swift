import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    /// The stores whose account may make tokens.
    private static let withTokens: [StoreUnderTest] = [.postgres, .sqlite]

    private static func token(
        _ id: String, _ name: String, role: AccessRole = .reader, expiresAt: String? = nil
    ) -> AccessToken {
        AccessToken(
            id: id, hash: String(repeating: "0a", count: 32), name: name, role: role, clientID: "shop",
            showsDocuments: false, expiresAt: expiresAt, createdBy: "ada")
    }

    @Test(arguments: withTokens)
    func `a token is found until it is revoked, replaced or over`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.perform { operations in
                try operations.insertToken(Self.token("a", "first"))
                let found = try #require(try operations.token("a"))
                #expect(found.hash == String(repeating: "0a", count: 32) && found.role == .reader)
                #expect(found.clientID == "shop" && !found.showsDocuments && found.createdBy == "ada")
                #expect(throws: StoreError.self) { try operations.insertToken(Self.token("b", "first")) }
                #expect(try operations.endToken("first", at: "2099-01-01T00:00:00.000000Z", successor: "c") == 1)
                try operations.insertToken(Self.token("c", "first"))
                #expect(try operations.token("a")?.expiresAt == "2099-01-01T00:00:00.000000Z")
                #expect(try operations.token("c")?.expiresAt == nil)
                #expect(try operations.endToken("first", at: nil, successor: nil) == 2)
                #expect(try operations.token("a") == nil && operations.token("c") == nil)
                try operations.insertToken(Self.token("d", "over", expiresAt: "2020-01-01T00:00:00.000000Z"))
                #expect(try operations.token("d") == nil && operations.token("x\0") == nil)
                #expect(try operations.tokens().map(\.id).sorted() == ["a", "c", "d"])
            }
        }
    }

    @Test(arguments: withTokens)
    func `the use of a token is kept by day`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.perform { operations in
                try operations.insertToken(Self.token("a", "first"))
                #expect(try operations.token("a")?.lastUsedOn == nil)
                try operations.noteUse(["a", "unknown"])
                #expect(try operations.token("a")?.lastUsedOn?.count == 10)
            }
        }
    }

    @Test(arguments: withTokens)
    func `a session ends by itself, by its time and with its token`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.perform { operations in
                try operations.insertToken(Self.token("a", "first"))
                func session(_ digit: String, _ token: String?, _ end: String) -> AccessSession {
                    AccessSession(
                        hash: String(repeating: digit, count: 64), tokenID: token, actor: "ada", role: .reader,
                        clientID: nil, showsDocuments: true, isLink: digit == "3", expiresAt: end)
                }
                let later = "2099-01-01T00:00:00.000000Z"
                for one in [
                    session("1", "a", later), session("2", "a", "2020-01-01T00:00:00.000000Z"),
                    session("3", nil, later),
                ] { try operations.insertSession(one) }
                #expect(try operations.session(String(repeating: "1", count: 64))?.tokenID == "a")
                #expect(try operations.session(String(repeating: "2", count: 64)) == nil)
                #expect(try operations.session(String(repeating: "3", count: 64))?.isLink == true)
                #expect(try operations.endSession(String(repeating: "3", count: 64)))
                #expect(try !operations.endSession(String(repeating: "3", count: 64)))
                _ = try operations.endToken("a", at: nil, successor: nil)
                #expect(try operations.session(String(repeating: "1", count: 64)) == nil)
            }
        }
    }

    @Test(arguments: withTokens)
    func `an entry of the audit stands or falls with its change`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let entry = AuditEntry(
                actor: "ada", role: "producer", action: "cancel", target: "job", filter: #"{"status": "done"}"#,
                count: 3,
                requestID: "r", address: "127.0.0.1")
            try await store.transaction { operations in
                for _ in 0..<3 { try operations.recordAudit(entry) }
            }
            await #expect(throws: TestFailure.self) {
                try await store.transaction { operations in
                    try operations.recordAudit(entry)
                    throw TestFailure("the change failed")
                }
            }
            let all = try await store.perform { try $0.audit(before: nil, limit: 10) }
            #expect(all.count == 3 && all[0].actor == "ada" && all[0].role == "producer" && all[0].count == 3)
            #expect(all[0].filter == #"{"status": "done"}"# && all[0].address == "127.0.0.1")
            let rest = try await store.perform { try $0.audit(before: all[0].number, limit: 1) }
            #expect(rest == [all[1]])
        }
    }

    @Test(arguments: withTokens)
    func `a name is free again once its token has run out, and a revoked token keeps its successor`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.perform { operations throws -> Void in
                try operations.insertToken(Self.token("a", "first", expiresAt: "2020-01-01T00:00:00.000000Z"))
                try operations.insertToken(Self.token("b", "first"))
                #expect(throws: StoreError.self) { try operations.insertToken(Self.token("c", "first")) }
                let end = "2099-01-01T00:00:00.000000Z"
                #expect(try operations.endToken("b", at: end, successor: "c") == 1)
                #expect(try operations.endToken("b", at: end, successor: nil) == 1)
                try operations.insertToken(Self.token("c", "first"))
            }
        }
    }

    @Test(arguments: withTokens)
    func `tokens and sessions that are long over go, and what counts stays`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.perform { operations throws -> Void in
                let (old, later) = ("2020-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z")
                for (id, end) in [("old", old), ("later", later), ("endless", nil), ("revoked", nil)] {
                    try operations.insertToken(Self.token(id, id, expiresAt: end))
                }
                _ = try operations.endToken("revoked", at: nil, successor: nil)
                func session(_ digit: String, _ token: String?, _ end: String, isLink: Bool = false) -> AccessSession {
                    AccessSession(
                        hash: String(repeating: digit, count: 64), tokenID: token, actor: "ada", role: .reader,
                        clientID: nil, showsDocuments: true, isLink: isLink, expiresAt: end)
                }
                try operations.insertSession(session("1", "endless", later))
                try operations.insertSession(session("2", "endless", old))
                try operations.insertSession(session("3", nil, old, isLink: true))
                // A session whose token is gone is gone, too; the server itself judges a token of its own file.
                try operations.insertSession(session("4", "unknown", later))
                try operations.insertSession(session("5", "file:x", later))
                try operations.recordAudit(AuditEntry(actor: "ada", role: "operator", action: "x", target: nil))
                #expect(try operations.session(String(repeating: "4", count: 64)) == nil)
                #expect(try operations.session(String(repeating: "5", count: 64))?.tokenID == "file:x")
                #expect(try operations.pruneAccess(limit: 1) == 2)
                #expect(try operations.pruneAccess(limit: 10) == 1)
                #expect(try operations.pruneAccess(limit: 10) == 0)
                #expect(try operations.tokens().map(\.id).sorted() == ["endless", "later", "revoked"])
                #expect(try operations.session(String(repeating: "1", count: 64)) != nil)
                #expect(try operations.audit(before: nil, limit: 10).count == 1)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a daemon's account cuts the tables of HTTP`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let gone = try await store.perform { try $0.pruneAccess(limit: 10) }
            #expect(gone == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `live jobs are told from ended and unknown ones`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let waiting = try await store.insert("waits").jobID
            let ended = try await store.insert("ended").jobID
            _ = try await store.cancel(ended)
            let ids = [waiting, ended, UUID.random()]
            #expect(try await store.perform { try $0.live(among: ids) } == [waiting])
            #expect(try await store.perform { try $0.live(among: []) } == [])
        }
    }
}
