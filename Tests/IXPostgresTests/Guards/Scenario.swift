import IXTestSupport

/// For each guard, something that holds with it and not without it.
struct Scenario: Sendable {
    let name: String
    let holds: @Sendable (GuardLab) async throws -> Bool

    private typealias Lab = GuardLab

    static subscript(name: String) -> Scenario? { all.first { $0.name == name } }

    static let all: [Scenario] =
        ends("mark_done") + ends("mark_done_at") + ends("mark_error") + handBacks + claims + sweeps + transition + lost
        + cancels + triggers + lines

    /// Of a result, or of an error.
    private static func ends(_ statement: String) -> [Scenario] {
        [
            Scenario("\(statement)_status") { lab in
                try await lab.held()
                let first = try await lab.end(statement)
                let second = try await lab.end(statement)
                return first && !second
            },
            Scenario("\(statement)_attempts") { lab in
                try await lab.heldAgain()
                return try await !lab.end(statement)
            },
            // After a failover that forgot the first claim: the same attempts again.
            Scenario("\(statement)_claim") { lab in
                try await lab.held()
                try await lab.foreign("claim_id = '\(Lab.c2)'")
                return try await !lab.end(statement)
            },
            Scenario("\(statement)_finished_claim") { lab in
                try await lab.held()
                return try await lab.end(statement)
            },
        ]
    }

    private static let handBacks = [
        Scenario("hand_back_attempts") { lab in
            try await lab.heldAgain()
            return try await !lab.handBack()
        },
        Scenario("hand_back_claim") { lab in
            try await lab.held()
            try await lab.foreign("claim_id = '\(Lab.c2)'")
            return try await !lab.handBack()
        },
        Scenario("hand_back_lock") { lab in
            try await lab.held()
            _ = try await lab.race(
                "hand_back", lab.handBackParameters(Lab.c1, 0, false), meanwhile: takeOver(attempts: "attempts"))
            return try await lab.value("claim_id") == Lab.c2
        },
        Scenario("read_end_finished_claim") { lab in
            try await lab.held()
            try await lab.end()
            let end = try await lab.run("read_end", [Lab.job])[0]
            return end.count == 5 && end[2] == Lab.c1
        },
    ]

    private static let claims = [
        Scenario("claim_status") { lab in try await leavesRunning(lab) },
        Scenario("claim_due") { lab in try await leavesRunning(lab) },
        Scenario("claim_lease") { lab in
            try await lab.insert()
            try await lab.register(Lab.w1)
            try await lab.die(Lab.w1)
            return try await !lab.claim()
        },
        // The row is a sibling's: it is passed over at once.
        Scenario("candidate_status") { lab in
            try await lab.held()
            return try await !lab.claimCandidate(Lab.c2)
        },
        Scenario("candidate_due") { lab in
            try await lab.held()
            return try await !lab.claimCandidate(Lab.c2)
        },
        Scenario("candidate_lease") { lab in
            try await lab.insert()
            return try await !lab.claimCandidate(leaseEnd: "-infinity")
        },
        Scenario("candidate_lock") { lab in try await passesOverCandidate(lab) },
        Scenario("candidate_skip_locked") { lab in try await passesOverCandidate(lab) },
        Scenario("claim_lock") { lab in try await passesOver(lab) },
        Scenario("claim_skip_locked") { lab in try await passesOver(lab) },
    ]

    private static func passesOverCandidate(_ lab: GuardLab) async throws -> Bool {
        try await lab.insert()
        let claim = "status = 'running', claim_id = '\(Lab.c1)', daemon_id = '\(Lab.w1)', started_at = now()"
        let (rows, hasWaited) = try await lab.race(
            "claim_candidate", [Lab.c2, Lab.w2, Lab.job, "infinity", lab.value("ctid")],
            meanwhile: ["UPDATE ix_jobs SET \(claim)"])
        let kept = try await lab.value("claim_id") == Lab.c1
        return rows.isEmpty && kept && !hasWaited
    }

    private static func leavesRunning(_ lab: GuardLab) async throws -> Bool {
        try await lab.held()
        return try await !lab.claim(Lab.c2)
    }

    private static func passesOver(_ lab: GuardLab) async throws -> Bool {
        try await lab.insert()
        try await lab.register(Lab.w1)
        try await lab.register(Lab.w2)
        let claim = "status = 'running', claim_id = '\(Lab.c1)', daemon_id = '\(Lab.w1)', started_at = now()"
        let (rows, hasWaited) = try await lab.race(
            "claim_next_pending", [Lab.c2, Lab.w2, "t"] + Lab.wholeScan, meanwhile: ["UPDATE ix_jobs SET \(claim)"])
        let kept = try await lab.value("claim_id") == Lab.c1
        return rows.isEmpty && kept && !hasWaited
    }

    private static let sweeps = [
        Scenario("sweep_status") { lab in try await leavesWaiting(lab) },
        // The worker before is gone, and its declaration still names the job.
        Scenario("sweep_lease") { lab in
            try await lab.heldAgain()
            return try await lab.sweep() == 0
        },
        Scenario("sweep_lease_end") { lab in
            try await lab.held()
            try await lab.die(Lab.w1)
            return try await lab.sweep() == 1
        },
        Scenario("sweep_lock") { lab in
            try await lab.held()
            try await lab.die(Lab.w1)
            _ = try await lab.race("sweep_orphans", Lab.wholeSweep, meanwhile: takeOver(attempts: "attempts + 1"))
            return try await lab.value("claim_id") == Lab.c2
        },
        // The moment between the statement's look and its lock, held open by waiting for the lock.
        Scenario("sweep_newer_claim") { lab in
            try await lab.held()
            try await lab.die(Lab.w1)
            let waiting = lab.text("sweep_orphans").replacing("SKIP LOCKED", with: "")
            _ = try await lab.race(
                "sweep_orphans", Lab.wholeSweep, text: waiting, meanwhile: takeOver(attempts: "attempts + 1"))
            return try await lab.value("claim_id") == Lab.c2
        },
        Scenario("held_claims") { lab in
            try await lab.heldAgain()
            return try await lab.run("read_held_claims", [Lab.w1]).isEmpty
        },
    ]

    /// The job ran and waits again, and its worker is gone; what declared the job is still there.
    private static func leavesWaiting(_ lab: GuardLab) async throws -> Bool {
        try await lab.held()
        try await lab.handBack(uncharged: true)
        try await lab.die(Lab.w1)
        _ = try await lab.sweep(unleased: 0)
        return try await lab.value("attempts") == "1"
    }

    /// The job goes back and a worker that is new has it, in the holder's transaction; its claim is of now.
    private static func takeOver(attempts: String) -> [String] {
        [
            """
            INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until)
            VALUES ('\(Lab.w2)', 'test', 'host', 2, '0', now() + interval '1 hour')
            """,
            "UPDATE ix_jobs SET status = 'pending', attempts = \(attempts), claim_id = NULL, daemon_id = NULL",
            """
            UPDATE ix_jobs SET status = 'running', claim_id = '\(Lab.c2)', daemon_id = '\(Lab.w2)',
                   started_at = clock_timestamp()
            """,
        ]
    }

    private static let transition = [
        Scenario("ix_hand_back_status") { lab in try await leavesWaiting(lab) },
        Scenario("ix_hand_back_claim") { lab in
            try await lab.held()
            try await lab.die(Lab.w1)
            _ = try await lab.race("sweep_orphans", Lab.wholeSweep, meanwhile: takeOver(attempts: "attempts + 1"))
            return try await lab.value("claim_id") == Lab.c2
        },
        Scenario("ix_hand_back_counts") { lab in
            try await lab.held()
            try await lab.handBack()
            return try await lab.value("attempts") == "1"
        },
        Scenario("ix_hand_back_ends") { lab in
            try await lab.held(maxAttempts: 1)
            try await lab.handBack()
            return try await lab.value("status") == "error"
        },
        Scenario("ix_hand_back_uncharged_raise") { lab in
            try await lab.held(maxAttempts: 1)
            try await lab.handBack(uncharged: true)
            return try await lab.value("max_attempts") == "2"
        },
        Scenario("ix_hand_back_uncharged_stays") { lab in
            try await lab.held(maxAttempts: 1)
            try await lab.handBack(uncharged: true)
            return try await lab.value("status") == "pending"
        },
    ]

    private static let lost = [
        Scenario("lost_status") { lab in
            try await lab.held()
            try await lab.end()
            _ = try await lab.lost()
            return try await lab.value("status") == "done"
        },
        Scenario("lost_worker") { lab in
            try await lab.heldAgain()
            return try await lab.lost(of: Lab.w1) == 0
        },
        Scenario("lost_running") { lab in
            try await lab.held()
            return try await lab.lost("{\(Lab.c1)}") == 0
        },
        Scenario("lost_deadline") { lab in
            try await lab.held()
            return try await lab.lost(older: 3600) == 0
        },
        Scenario("lost_lock") { lab in
            try await lab.held()
            _ = try await lab.race(
                "hand_back_lost_claims", [Lab.w1, "{}", "0"], meanwhile: takeOver(attempts: "attempts + 1"))
            return try await lab.value("claim_id") == Lab.c2
        },
    ]

    private static let cancels = [
        // A claim comes between: the job runs then, and its worker is told.
        Scenario("cancel_status") { lab in
            try await lab.insert()
            try await lab.register(Lab.w1)
            let claim = "status = 'running', claim_id = '\(Lab.c1)', daemon_id = '\(Lab.w1)', started_at = now()"
            let answer = try await lab.race(
                "SELECT result FROM ix_cancel($1::uuid)", [Lab.job], meanwhile: ["UPDATE ix_jobs SET \(claim)"])
            let status = try await lab.value("status")
            return answer.rows == [["cancelling"]] && status == "running"
        },
        Scenario("cancel_request_status") { lab in
            try await lab.held()
            try await lab.end()
            return try await lab.cancel() == "ended"
        },
        Scenario("cancel_wins_mark_done") { lab in
            try await lab.held()
            _ = try await lab.cancel()
            try await lab.end()
            return try await lab.value("status") == "error"
        },
        Scenario("cancel_wins_mark_done_at") { lab in
            try await lab.held()
            _ = try await lab.cancel()
            return try await !lab.end("mark_done_at")
        },
        Scenario("cancel_wins_mark_error") { lab in
            try await lab.held()
            _ = try await lab.cancel()
            try await lab.end("mark_error")
            return try await lab.value("response -> 'error' ->> 'code'") == "cancelled"
        },
        Scenario("cancel_wins_hand_back") { lab in
            try await lab.held()
            _ = try await lab.cancel()
            try await lab.handBack()
            return try await lab.value("status") == "error"
        },
    ]

    private static let triggers = [
        Scenario("trigger_terminal") { lab in
            try await lab.held()
            try await lab.end()
            try await lab.foreign("status = 'pending'")
            return try await lab.value("status") == "done"
        },
        Scenario("trigger_claim") { lab in
            try await lab.held()
            try await lab.foreign("status = 'done'")
            return try await lab.value("status") == "running"
        },
        Scenario("trigger_edge") { lab in
            try await lab.insert()
            try await lab.foreign("status = 'done'")
            return try await lab.value("status") == "pending"
        },
        Scenario("trigger_lease") { lab in
            try await lab.held()
            try await lab.foreign("status = 'pending'")
            return try await lab.value("status") == "running"
        },
    ]

    init(_ name: String, _ holds: @escaping @Sendable (GuardLab) async throws -> Bool) {
        (self.name, self.holds) = (name, holds)
    }
}
