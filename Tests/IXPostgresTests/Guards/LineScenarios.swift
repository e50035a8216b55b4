import IXTestSupport

/// For each guard of the lines, something that holds with it and not without it.
extension Scenario {
    private typealias Lab = GuardLab
    private static let limited = #"{"group_concurrency": 1}"#
    private static let strict = #"{"strict": true}"#

    static let lines = passes + turns + changes + handings

    private static let passes = [
        Scenario("admit_alone") { lab in
            try await lab.lined(2, limited)
            return try await lab.during("SELECT ix_admit(20)") { try await lab.admit() == -1 }
        },
        Scenario("admit_in_flight") { lab in try await freesPlaceOfCancelled(lab) },
        Scenario("guard_leaves") { lab in try await freesPlaceOfCancelled(lab) },
        Scenario("admit_keeps_turns") { lab in
            try await lab.lined(1, #"{"group_concurrency": 2}"#)
            _ = try await lab.admit()
            for number in 2...3 { try await lab.insert(Lab.lined(number)) }
            _ = try await lab.admit()
            return try await lab.admit() == 0
        },
        Scenario("admit_head") { lab in
            try await lab.lined(2, strict)
            return try await lab.during(lab.lockingLine(1)) { try await lab.admit() == 0 }
        },
        Scenario("admit_skips_locked") { lab in
            try await lab.lined(1)
            return try await !lab.race("SELECT ix_admit(20)", [], locking: "ix_lines").hasWaited
        },
        Scenario("admit_clears") { lab in
            try await lab.lined(2, limited)
            try await lab.db.sql("SELECT ix_cancel($1::uuid)", [Lab.lined(1)])
            for _ in 1...2 { _ = try await lab.admit() }
            return try await lab.turned() == 1
        },
    ]

    /// A cancelled job had a turn; the next one gets the place.
    private static func freesPlaceOfCancelled(_ lab: GuardLab) async throws -> Bool {
        try await lab.lined(2, limited)
        _ = try await lab.admit()
        try await lab.db.sql("SELECT ix_cancel($1::uuid)", [Lab.lined(1)])
        return try await lab.admit() == 1
    }

    private static let turns = [
        Scenario("ready_turn") { lab in
            try await lab.lined(1)
            _ = try await lab.admit()
            try await claimLate(lab, meanwhile: ["UPDATE ix_lines SET turn = NULL"])
            return try await lab.value("status") == "pending"
        },
        Scenario("ready_declares") { lab in
            try await lab.running(1)
            try await lab.run("take_back", ["1000", "10"])
            return try await lab.turned() == 1
        },
        Scenario("turn_held") { lab in try await !startsAgain(lab) },
        Scenario("turn_job") { lab in try await !startsAgain(lab) },
        Scenario("turn_number") { lab in
            try await lab.lined(1)
            _ = try await lab.admit()
            let turn = try await lab.line("turn")
            try await lab.run("take_back", ["1000", "10"])
            return try await lab.claimTurn(Lab.c1, turn).isEmpty
        },
        Scenario("turn_declares") { lab in
            try await lab.lined(1)
            _ = try await lab.admit()
            _ = try await lab.claimTurn(Lab.c1, lab.line("turn"))
            try await lab.run("take_back", ["1000", "10"])
            return try await lab.turned() == 1
        },
        Scenario("leave_ended") { lab in
            try await lab.running(1)
            try await lab.die(Lab.w1)
            _ = try await lab.sweep()
            try await lab.run("leave_line", ["{\(Lab.job)}"])
            return try await lab.db.sql("SELECT 1 FROM ix_lines").count == 1
        },
        Scenario("take_back_held") { lab in
            try await lab.running(1)
            try await lab.run("take_back", ["1000", "10"])
            return try await lab.turned() == 1
        },
        Scenario("enter_line_turn") { lab in
            try await lab.running(1)
            try await lab.die(Lab.w1)
            _ = try await lab.sweep()
            return try await lab.turned() == 0
        },
    ]

    private static func startsAgain(_ lab: GuardLab) async throws -> Bool {
        try await lab.running(1)
        return try await !lab.claimTurn(Lab.c2, lab.line("turn")).isEmpty
    }

    /// The moment between the claim's look and its lock, held open by waiting for the lock. The place is left out, because not
    /// every server looks at it again.
    private static func claimLate(_ lab: GuardLab, meanwhile: [String]) async throws {
        let waiting = lab.text("claim_ready").replacing("SKIP LOCKED", with: "")
            .replacing("l.ctid = r.place AND ", with: "")
        _ = try await lab.race(
            "claim_ready", Lab.ready(Lab.c2), text: waiting, locking: "ix_lines", meanwhile: meanwhile)
    }

    private static let changes = [
        Scenario("halt_passes") { lab in
            try await lab.lined(1)
            return try await lab.during("SELECT ix_admit(20)") { try await lab.waits("SELECT ix_pause('echo')") }
        },
        Scenario("halt_hand_on") { lab in
            try await lab.running(2, limited)
            return try await lab.during(lab.endingAndHandingOn) { try await lab.waits("SELECT ix_pause('echo')") }
        },
        Scenario("recall_turns") { lab in
            try await lab.lined(1)
            _ = try await lab.admit()
            try await lab.db.sql("SELECT ix_pause('echo')")
            return try await lab.turned() == 0
        },
        Scenario("recall_since") { lab in try await keepsLowerLimit(lab) },
        Scenario("hand_on_since") { lab in try await keepsLowerLimit(lab) },
    ]

    /// Two run when the limit becomes one; the first one's end starts no third.
    private static func keepsLowerLimit(_ lab: GuardLab) async throws -> Bool {
        try await lab.running(3, #"{"group_concurrency": 2}"#)
        try await lab.run("claim_ready", Lab.ready(Lab.c2))
        try await lab.db.sql("SELECT ix_set_queue('echo', '\(limited)')")
        return try await lab.handOn().isEmpty
    }

    private static let handings = [
        Scenario("hand_on_ended") { lab in
            try await lab.running(2, limited)
            try await lab.die(Lab.w1)
            _ = try await lab.sweep()
            try await lab.foreign("run_at = NULL")
            try await lab.register(Lab.w2)
            _ = try await lab.admit()
            try await lab.run("claim_ready", Lab.ready(Lab.c2, by: Lab.w2))
            let next = try await lab.run("hand_on", Lab.handingOn(by: Lab.w2))
            let kept = try await lab.line("held")
            return next.isEmpty && kept == "true"
        },
        Scenario("hand_on_lock") { lab in
            try await lab.running(2, limited)
            return try await lab.during("SELECT ix_halt_passes()") { try await lab.handOn().isEmpty }
        },
        Scenario("hand_on_turn") { lab in
            try await lab.running(3, limited)
            _ = try await lab.handOn()
            return try await lab.admit() == 0
        },
        Scenario("hand_on_head") { lab in
            try await lab.running(3, strict)
            return try await lab.during(lab.lockingLine(2)) { try await lab.handOn().isEmpty }
        },
    ]
}

/// The steps that scenarios of lines are made of.
extension GuardLab {
    /// The id of the job with this place in line; the first is `job`.
    fileprivate static func lined(_ number: Int) -> String { "1111111\(number)-0000-4000-8000-000000000000" }

    fileprivate static func ready(_ claim: String, by daemon: String = GuardLab.w1) -> [String?] {
        [claim, daemon, "t", nil, nil, nil]
    }

    fileprivate static func handingOn(by daemon: String = GuardLab.w1) -> [String?] {
        [job, c1, "cccccccc-0000-4000-8000-000000000003", daemon, "t", nil, "f", nil]
    }

    /// So many jobs of one group in line, and a daemon.
    fileprivate func lined(_ jobs: Int, _ settings: String = "{}") async throws {
        try await db.sql("SELECT ix_set_queue('echo', $1::jsonb)", [settings])
        for number in 1...jobs { try await insert(Self.lined(number)) }
        try await register(Self.w1)
    }

    /// The first of them runs, by the first claim.
    fileprivate func running(_ jobs: Int, _ settings: String = "{}") async throws {
        try await lined(jobs, settings)
        _ = try await admit()
        try await run("claim_ready", Self.ready(Self.c1))
    }

    fileprivate func admit() async throws -> Int {
        Int(try await db.sql("SELECT admitted FROM ix_admit(20)")[0][0] ?? "") ?? 0
    }

    fileprivate func turned() async throws -> Int { try await db.count("ix_lines WHERE turn IS NOT NULL") }

    /// A column of the first job's line.
    fileprivate func line(_ column: String) async throws -> String? {
        try await db.sql("SELECT (\(column))::text FROM ix_lines WHERE job_id = $1::uuid", [Self.job]).first?[0]
    }

    fileprivate func claimTurn(_ claim: String, _ turn: String?) async throws -> [[String?]] {
        try await run("claim_turn", [claim, Self.w1, "t", nil, nil, Self.job, line("ctid"), turn])
    }

    /// Ends the first job, and claims the next by its place.
    fileprivate func handOn() async throws -> [[String?]] {
        try await end()
        return try await run("hand_on", Self.handingOn())
    }

    fileprivate var endingAndHandingOn: String {
        """
        UPDATE ix_jobs SET status = 'done', response = '\(Self.success)', finished_at = now(), finished_claim = claim_id
         WHERE job_id = '\(Self.job)';
        SELECT 1 FROM ix_hand_on('\(Self.job)', '\(Self.c1)', gen_random_uuid(), '\(Self.w1)', false, NULL, false, NULL)
        """
    }

    fileprivate func lockingLine(_ number: Int) -> String {
        "SELECT 1 FROM ix_lines WHERE job_id = '\(Self.lined(number))' FOR UPDATE"
    }

    /// Runs `body` while another session has run the statement in an open transaction.
    fileprivate func during<Value>(_ sql: String, _ body: () async throws -> Value) async throws -> Value {
        let session = db.session()
        try await session.sql("BEGIN; \(sql)")
        let value = try await body()
        try await session.sql("ROLLBACK")
        await session.close()
        return value
    }

    /// True when the statement waits for another transaction's lock.
    fileprivate func waits(_ sql: String) async throws -> Bool {
        let session = db.session()
        try await session.sql("BEGIN; SET LOCAL lock_timeout = '300ms'")
        do {
            try await session.sql(sql)
            await session.close()
            return false
        } catch is SQLFailure {
            await session.close()
            return true
        }
    }
}
