import IXPostgres
import IXTestSupport
import Testing

/// Roles that speak for one client.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct ClientRoleTests {
    /// A database in which a login of the producers' is bound to client `shop`, and a session for it.
    private func with(_ body: (TestDatabase, SQLSession) async throws -> Void) async throws {
        try await RoleDatabase.with { db in
            let name = "bound_" + db.name
            try await db.sql("CREATE ROLE \(name) LOGIN IN ROLE ix_producer")
            try await db.sql("INSERT INTO ix_client_roles VALUES ('\(name)', 'shop')")
            let session = SQLSession(try db.address.url(["user": name]))
            do { try await body(db, session) } catch {
                await session.close()
                _ = try? await db.sql("DROP ROLE \(name)")  // ignored: what the test failed with matters more
                throw error
            }
            await session.close()
            try await db.sql("DROP ROLE \(name)")
        }
    }

    private static func job(_ client: String, _ key: String) -> String {
        #"SELECT job_id FROM ix_enqueue('{"use_case":"u","ix_client_id":"\#(client)","request_id":"\#(key)"}')"#
    }

    private static func argument(_ client: String, _ key: String) -> String {
        "SELECT job_id FROM ix_enqueue('{\"use_case\":\"u\"}', client_id => '\(client)', request_id => '\(key)')"
    }

    @Test func `a bound role enqueues for its own client and for no other`() async throws {
        try await with { db, bound in
            let own = try await bound.sql(Self.job("shop", "a"))
            let again = try await bound.sql(Self.argument("shop", "a"))
            #expect(own.count == 1 && own == again)
            let theirs = try await db.sql(Self.job("other", "a"))
            for sql in [Self.job("other", "b"), Self.argument("other", "b"), Self.job("other", "a")] {
                let refusal = await #expect(throws: SQLFailure.self) { try await bound.sql(sql) }
                #expect(refusal?.state == "22023" && refusal?.message.contains("client_id: ") == true)
            }
            let others = try await db.count("ix_jobs WHERE client_id = 'other'")
            #expect(theirs.count == 1 && others == 1)
        }
    }

    @Test func `in a batch what is another client's is refused, and spoils nothing`() async throws {
        try await with { db, bound in
            let items = ["shop", "other", "shop"].enumerated().map { number, client in
                #"{"request":{"use_case":"u","ix_client_id":"\#(client)","request_id":"\#(number)"}}"#
            }
            let answers = try await bound.sql(
                "SELECT item, status, refusal FROM ix_enqueue_batch($1::jsonb) ORDER BY item",
                ["[" + items.joined(separator: ",") + "]"])
            #expect(answers.map { $0[1] } == ["pending", nil, "pending"])
            #expect(answers[1][2]?.hasPrefix("client_id: ") == true)
            #expect(try await db.count("ix_jobs WHERE client_id = 'other'") == 0)
        }
    }

    @Test func `a bound role doesn't find another client's job`() async throws {
        try await with { db, bound in
            let theirs = try #require(try await db.sql(Self.job("other", "a"))[0][0])
            let own = try #require(try await bound.sql(Self.job("shop", "a"))[0][0])
            for (sql, found) in [
                ("SELECT result FROM ix_cancel($1::uuid)", "cancelled"),
                ("SELECT result FROM ix_resubmit($1::uuid)", "resubmitted"),
                ("SELECT ix_redeliver($1::uuid)", "no_url"),
            ] {
                #expect(try await bound.sql(sql, [theirs]) == [["not_found"]], "\(sql)")
                #expect(try await bound.sql(sql, [own]) == [[found]], "\(sql)")
            }
            #expect(try await db.count("ix_jobs WHERE client_id = 'other' AND status = 'pending'") == 1)
        }
    }

    @Test func `who isn't bound speaks for every client, and several rows allow several clients`() async throws {
        try await with { db, bound in
            let session = SQLSession(try db.url(as: "ix_producer"))
            for client in ["shop", "other"] {
                let job = try await session.sql(Self.job(client, "x"))
                #expect(job.count == 1)
            }
            await session.close()
            #expect(try await db.sql(Self.job("third", "x")).count == 1)
            try await db.sql("INSERT INTO ix_client_roles VALUES ('bound_\(db.name)', 'third')")
            #expect(try await bound.sql(Self.job("third", "y")).count == 1)
        }
    }

    @Test func `a role can't unbind itself, nor by taking another role on`() async throws {
        try await with { _, bound in
            for sql in ["DELETE FROM ix_client_roles", "UPDATE ix_client_roles SET client_id = 'other'"] {
                let refusal = await #expect(throws: SQLFailure.self) { try await bound.sql(sql) }
                #expect(refusal?.state == "42501")
            }
            try await bound.sql("SET ROLE ix_producer")
            let refusal = await #expect(throws: SQLFailure.self) { try await bound.sql(Self.job("other", "a")) }
            #expect(refusal?.state == "22023")
        }
    }
}
