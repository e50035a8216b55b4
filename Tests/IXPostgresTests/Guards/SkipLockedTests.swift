import IXTestSupport
import Testing

/// Each SKIP LOCKED of a statement keeps a daemon from waiting for another transaction: the statement as it is ends while the
/// row is locked, and without those two words it waits.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct SkipLockedTests {
    @Test func `every SKIP LOCKED has its situation`() throws {
        let files = try SQLFolder.files(of: "IXPostgres").filter { !$0.key.hasPrefix("ix_") }
        let there = files.mapValues { $0.code.ranges(of: "SKIP LOCKED").count }.filter { $0.value > 0 }
        #expect(there.count > 15)
        #expect(Dictionary(grouping: Self.situations, by: \.statement).mapValues(\.count) == there)
    }

    @Test(arguments: situations)
    func `a statement passes over a locked row, and waits without its SKIP LOCKED`(_ one: Situation) async throws {
        for isMutant in [false, true] {
            try await GuardLab.with(without: []) { lab in
                try await one.prepare(lab)
                var text = lab.text(one.statement).code
                if isMutant { text.removeSubrange(text.ranges(of: "SKIP LOCKED")[one.index]) }
                let outcome = try await lab.race(one.statement, one.parameters, text: text, locking: one.table)
                #expect(outcome.hasWaited == isMutant)
            }
        }
    }

    struct Situation: Sendable, CustomTestStringConvertible {
        let statement: String
        /// Which of the statement's.
        var index = 0
        var table = "ix_jobs"
        let parameters: [String?]
        let prepare: @Sendable (GuardLab) async throws -> Void

        var testDescription: String { "\(statement) \(index)" }
    }

    private typealias Lab = GuardLab

    private static let situations = claims + lines + ends + hands + suspects + callbacks + bulk

    private static let claims = [
        Situation(
            statement: "claim_next_pending", parameters: [Lab.c2, Lab.w1, "t"] + Lab.wholeScan, prepare: waiting),
        Situation(
            statement: "claim_pending_batch", parameters: ["{\(Lab.c2)}", Lab.w1, "t"] + Lab.wholeScan, prepare: waiting
        ),
        Situation(
            statement: "claim_candidate", parameters: [Lab.c2, Lab.w1, Lab.job, "infinity", "(0,1)"], prepare: waiting),
        Situation(
            statement: "claim_among_use_cases", parameters: [Lab.c2, Lab.w1, "t", "{echo}", "t"], prepare: waiting),
        Situation(
            statement: "claim_among_use_cases", index: 1, parameters: [Lab.c2, Lab.w1, "t", "{echo}", "t"]
        ) { lab in
            try await waiting(lab)
            try await nameless(lab)
        },
    ]

    private static let lines = [
        Situation(statement: "claim_ready", parameters: [Lab.c2, Lab.w1, "t", nil, nil, nil], prepare: ready),
        Situation(
            statement: "claim_turn", parameters: [Lab.c2, Lab.w1, "t", nil, nil, Lab.job, "(0,1)", "1"],
            prepare: turned),
        Situation(statement: "take_back", table: "ix_lines", parameters: ["1000", "10"], prepare: ready),
        Situation(statement: "strike_clients", table: "ix_full_clients", parameters: []) { lab in
            try await lab.db.sql("INSERT INTO ix_full_clients (queue, client_id) VALUES ('echo', 'c')")
        },
    ]

    /// A job in line that has a turn.
    private static let ready: @Sendable (GuardLab) async throws -> Void = { lab in
        try await waiting(lab)
        try await lab.foreign("queue = 'echo', priority = 1")
        try await lab.db.sql("UPDATE ix_lines SET turn = 1")
        try await lab.db.sql("INSERT INTO ix_admissions (pass, turns) VALUES (1, '{1}')")
    }

    /// A job in line that has a turn, whose row lies at the beginning of its table.
    private static let turned: @Sendable (GuardLab) async throws -> Void = { lab in
        try await ready(lab)
        try await lab.db.sql("VACUUM FULL ix_lines")
    }

    private static let ends = [
        Situation(statement: "end_unserved", parameters: ["{echo}", "0", "10"]) { try await $0.insert() },
        Situation(statement: "end_unserved", index: 1, parameters: ["{echo}", "0", "10"]) { lab in
            try await lab.insert()
            try await nameless(lab)
        },
        Situation(statement: "end_unserved", index: 2, parameters: ["{echo}", "0", "10"]) { lab in
            try await lab.insert()
            try await lab.foreign("priority = 1")
        },
        Situation(statement: "expire_pending", table: "ix_expiring", parameters: ["10"], prepare: expiring),
        Situation(statement: "expire_pending", index: 1, parameters: ["10"], prepare: expiring),
        Situation(statement: "cut_running", table: "ix_running", parameters: [], prepare: declaredByTheDead),
        Situation(statement: "cut_running", index: 1, parameters: [], prepare: declaredByTheDead),
        Situation(statement: "lock_held", parameters: [Lab.job, "0", Lab.c1]) { try await $0.held() },
    ]

    private static let hands = [
        Situation(statement: "sweep_orphans", parameters: Lab.wholeSweep) { lab in
            try await lab.held()
            try await lab.die(Lab.w1)
        },
        Situation(statement: "hand_back_lost_claims", parameters: [Lab.w1, "{}", "0"]) { try await $0.held() },
        Situation(statement: "take_records", parameters: [nil, "10", "f"], prepare: waiting),
        Situation(statement: "take_client_records", parameters: ["c", nil, "10", "f"], prepare: waiting),
        Situation(statement: "catch_up_pending", parameters: []) { lab in
            try await lab.insert()
            try await lab.foreign("created_at = now() + interval '1 minute'")
        },
    ]

    private static let suspects = [
        Situation(statement: "release_suspects", parameters: []) { lab in
            try await lab.insert()
            try await lab.db.sql("INSERT INTO ix_suspects (job_id, width, attempts) VALUES ('\(Lab.job)', 1, 0)")
        },
        // Its turn is another's, and its own hour is nearly over.
        Situation(statement: "release_suspects", index: 1, parameters: []) { lab in
            try await lab.insert()
            try await lab.foreign("run_at = now()")
            try await lab.db.sql(
                """
                INSERT INTO ix_suspects (job_id, width, attempts, is_held)
                VALUES ('\(Lab.job)', 1, 0, true), ('\(Lab.other)', 1, 0, false)
                """)
        },
    ]

    private static let delivery =
        #"[{"job_id":"\#(Lab.job)","claim_id":"\#(Lab.c2)","state":"delivered","pause":0,"advance":true,"is_try":true,"#
        + #""http_status":200,"seconds":0.1}]"#

    private static let callbacks = [
        Situation(
            statement: "record_deliveries", table: "ix_callbacks", parameters: [delivery, "t"], prepare: delivering),
        Situation(statement: "record_deliveries", index: 1, parameters: [delivery, "t"], prepare: delivering),
        Situation(
            statement: "claim_callbacks", table: "ix_callbacks",
            parameters: [Lab.c1, Lab.w1, "60", "10", "10", "{}", "f", "10", "{}"], prepare: ended),
        Situation(statement: "catch_up_callbacks", table: "ix_callbacks", parameters: []) { lab in
            try await ended(lab)
            try await lab.db.sql("UPDATE ix_callbacks SET since = now() + interval '1 minute'")
        },
        Situation(statement: "release_claim", table: "ix_callbacks", parameters: [Lab.c2], prepare: delivering),
        Situation(statement: "end_lease", table: "ix_callbacks", parameters: [Lab.w1], prepare: delivering),
        Situation(statement: "renew_lease", table: "ix_daemons", parameters: [Lab.w2, "30", "4"]) { lab in
            try await lab.register(Lab.w1)
            try await lab.db.sql(
                "UPDATE ix_daemons SET renewed_at = now() + interval '1 minute', lease_until = now()")
        },
        Situation(statement: "take_redeliveries", table: "ix_redeliveries", parameters: ["10"]) { lab in
            try await ended(lab)
            try await lab.db.sql("SELECT ix_redeliver('\(Lab.job)'::uuid)")
        },
        Situation(statement: "adopt_legacy_callbacks", table: "ix_legacy_ends", parameters: ["0", "10"]) { lab in
            try await lab.db.sql("INSERT INTO ix_legacy_ends VALUES ('\(Lab.job)', now() - interval '1 minute')")
        },
    ]

    private static let bulk = [
        Situation(statement: "claim_operation", table: "ix_operations", parameters: [Lab.w1, "30"]) { lab in
            try await lab.run(
                "insert_preview",
                [Lab.other, "cancel", "{}", "ada", "operator", "2025-01-01T00:00:00Z", "1", "f", "60"])
            try await lab.run("start_operation", [Lab.other])
        },
        Situation(statement: "cut_history", table: "ix_history", parameters: ["60", "4000000000", "10"]) { lab in
            try await lab.db.sql("INSERT INTO ix_history (step, bucket, use_case) VALUES (60, now(), 'echo')")
        },
    ]

    private static let waiting: @Sendable (GuardLab) async throws -> Void = { lab in
        try await lab.insert()
        try await lab.register(Lab.w1)
    }

    private static let expiring: @Sendable (GuardLab) async throws -> Void = { lab in
        try await lab.insert()
        try await lab.foreign("expires_at = now() - interval '1 minute'")
    }

    /// A job that waits again, and a declaration of it by a daemon that the table of daemons no longer knows.
    private static let declaredByTheDead: @Sendable (GuardLab) async throws -> Void = { lab in
        try await lab.insert()
        try await lab.db.sql("INSERT INTO ix_running VALUES ('\(Lab.w2)', ARRAY['\(Lab.job)']::uuid[])")
    }

    /// As an old program leaves a row: the use case stands in the request alone.
    private static func nameless(_ lab: GuardLab) async throws {
        try await lab.foreign(#"use_case = NULL, request = '{"use_case": "echo"}'"#)
    }

    private static let ended: @Sendable (GuardLab) async throws -> Void = { lab in
        try await lab.held()
        try await lab.foreign("callback_url = 'http://a/'")
        try await lab.end()
        try await lab.run("after_end", [Lab.job, Lab.c1])
    }

    private static let delivering: @Sendable (GuardLab) async throws -> Void = { lab in
        try await ended(lab)
        try await lab.db.sql(
            """
            UPDATE ix_callbacks SET claim_id = '\(Lab.c2)', daemon_id = '\(Lab.w1)', due_at = now() + interval '1 minute'
            """)
    }
}

extension String {
    /// Without the lines of comment.
    fileprivate var code: String {
        split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("--") }.joined(separator: "\n")
    }
}
