import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// Rows that came in past the door with a document that no text can hold.
@Suite(.needsPostgres, .serialized, .timeLimit(.minutes(3))) struct UnreadableDocumentTests {
    @Test func `such a row is claimed without its document, ended, and the next job is served`() async throws {
        try await TestDatabase.with { db in
            try await db.insertUnreadable()
            let store = db.patientStore()
            let next = try await store.insert("next")
            let daemon = try await store.daemon()
            let claimed = try #require(try await store.claim(daemon))
            #expect(claimed.request == nil && claimed.names.requestID == "unreadable")
            let completion = Completion(
                claimed.attempt, .error(ResponseIX(error: JobError("bad_request", "can't be read"))))
            let (result, following) = try await store.perform {
                try $0.completeAndClaim(completion, Claim(daemonID: daemon))
            }
            #expect(result == .ended(.error, isCallbackDue: false))
            #expect(following?.attempt.jobID == next.jobID && following?.request != nil)
            await store.close()
        }
    }

    @Test
    func `a use case longer than an index takes doesn't fail the insert of other code, and ends as a bad request`()
        async throws
    {
        try await TestDatabase.with { db in
            try await db.sql(
                """
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request)
                SELECT gen_random_uuid(), 'abcdef0123456789', 'c', 'long', 'pending',
                       jsonb_build_object('use_case', string_agg(md5(i::text), '')) FROM generate_series(1, 150) i
                """)
            let isNull = try await db.sql("SELECT use_case IS NULL FROM ix_jobs")
            #expect(isNull == [["t"]])
            let store = db.patientStore()
            let claimed = try #require(try await store.claim(try await store.daemon()))
            #expect(claimed.names.requestID == "long")
            await store.close()
        }
    }

    @Test func `finishing a job and meeting such a row does both`() async throws {
        try await TestDatabase.with { db in
            let store = db.patientStore()
            try await store.insert("a", runAt: "2001-01-01T00:00:00Z")
            try await db.insertUnreadable()
            let (attempt, daemon) = try await store.claimed()
            let completion = try Completion(attempt, .success())
            let (result, met) = try await store.perform { try $0.completeAndClaim(completion, Claim(daemonID: daemon)) }
            guard case .ended(.done, _) = result else { return #expect(Bool(false), "\(result)") }
            #expect(met?.names.requestID == "unreadable" && met?.request == nil)
            await store.close()
        }
    }
}

extension TestDatabase {
    /// The server writes out a gigabyte before it gives up.
    fileprivate func patientStore() -> PostgresStore {
        let parameters = ConnectionParameters(url: url, applicationName: "ix-test", callTimeout: .seconds(60))
        return PostgresStore(parameters, connections: 1)
    }

    /// A few thousand numbers of 131,001 digits each: small as jsonb, over a gigabyte as text.
    fileprivate func insertUnreadable() async throws {
        try await sql(
            """
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, request, created_at)
            SELECT gen_random_uuid(), 'x', 'past-the-door', 'unreadable',
                   jsonb_build_object('use_case', 'extract', 'n', jsonb_agg('1e131000'::jsonb)), now() - interval '1 day'
              FROM generate_series(1, 9000)
            """)
    }
}
