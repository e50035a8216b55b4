import IXTestSupport

/// `FlowHistory` is every start and end of a job, and every change of a limit, in the order of the commits.
///
/// A deferred trigger numbers them at the commit, under a lock that the transaction keeps until the commit can be seen.
struct FlowHistory {
    /// What a queue allows: jobs at a time, jobs of a group at a time, and one after the other.
    struct Limits: Equatable {
        var queue: Int
        var group: Int
        let isStrict: Bool
        /// Groups that are paused.
        var paused: Set<Substring> = []
    }

    /// What the checker found.
    struct Findings {
        var starts = 0
        /// Starts under the turn of an ended job.
        var handedOn = 0
        var faults: [String] = []
        /// Jobs that ran at the end of the history.
        var running = 0
    }

    /// The triggers, a statement each, made before the first start.
    static let triggers = [
        """
        CREATE TABLE flow_history (n bigserial PRIMARY KEY, job_id uuid, queue text, lane text, delta integer,
                                   turn bigint, queue_limit integer, group_limit integer)
        """,
        """
        CREATE FUNCTION note_edge() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(77, 1);
            INSERT INTO flow_history (job_id, queue, lane, delta, turn)
            VALUES (NEW.job_id, NEW.queue, coalesce(NEW.group_key, '-'), CASE NEW.status WHEN 'running' THEN 1 ELSE -1 END,
                    (SELECT l.turn FROM ix_lines l WHERE l.job_id = NEW.job_id));
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER note_edge AFTER UPDATE ON ix_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (OLD.status <> NEW.status AND (OLD.status = 'running' OR NEW.status = 'running') AND NEW.queue IS NOT NULL)
            EXECUTE FUNCTION note_edge()
        """,
        """
        CREATE FUNCTION note_limit() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(77, 1);
            INSERT INTO flow_history (queue, queue_limit, group_limit, lane)
            SELECT q.queue, CASE WHEN q.paused_at IS NULL THEN coalesce(q.concurrency, 1000000) ELSE 0 END,
                   coalesce(q.group_concurrency, 1000000),
                   (SELECT string_agg(g.group_key, ',') FROM ix_groups g WHERE g.queue = q.queue AND g.paused_at IS NOT NULL)
              FROM ix_queues q WHERE q.queue = CASE TG_OP WHEN 'DELETE' THEN OLD.queue ELSE NEW.queue END;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER note_limit AFTER UPDATE ON ix_queues DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            EXECUTE FUNCTION note_limit()
        """,
        """
        CREATE CONSTRAINT TRIGGER note_limit AFTER INSERT OR UPDATE OR DELETE ON ix_groups DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION note_limit()
        """,
    ]

    private var limits: [String: Limits]
    /// The order of the inserts, by job.
    private let order: [String: Int]
    private var ofQueue: [String: Int] = [:]
    private var ofGroup: [String: Int] = [:]
    /// The jobs of each strict group that have not ended, in order.
    private var waiting: [String: [Int]] = [:]
    private var findings = Findings()

    /// Reads and checks the history. `limits` are those before the first job, by queue; the request's key is the number
    /// of the insert.
    static func check(_ db: TestDatabase, _ limits: [String: Limits]) async throws -> Findings {
        let jobs = try await db.sql(
            "SELECT job_id, request_id, queue, coalesce(group_key, '-') FROM ix_jobs WHERE queue IS NOT NULL")
        let ended = Set(
            try await db.sql("SELECT max(n) FROM flow_history WHERE delta = -1 GROUP BY job_id").compactMap { $0[0] })
        var history = FlowHistory(jobs, limits)
        for row in try await db.sql(
            "SELECT n, job_id, queue, lane, delta, queue_limit, group_limit FROM flow_history ORDER BY n")
        {
            history.take(row, isLast: ended.contains(row[0] ?? ""))
        }
        let turns = "SELECT count(turn) - count(DISTINCT turn) FROM flow_history WHERE delta = 1"
        history.findings.handedOn = try await db.sql(turns)[0][0].flatMap { Int($0) } ?? 0
        history.findings.running = history.ofQueue.values.reduce(0, +)
        return history.findings
    }

    private init(_ jobs: [[String?]], _ limits: [String: Limits]) {
        self.limits = limits
        let pairs = jobs.map { ($0[0] ?? "", Int($0[1] ?? "") ?? -1) }
        order = Dictionary(pairs) { first, _ in first }
        for job in jobs where limits[job[2] ?? ""]?.isStrict == true {
            waiting["\(job[2] ?? "")/\(job[3] ?? "")", default: []].append(Int(job[1] ?? "") ?? -1)
        }
        for key in waiting.keys { waiting[key]?.sort() }
    }

    private mutating func take(_ row: [String?], isLast: Bool) {
        let (queue, group) = (row[2] ?? "", "\(row[2] ?? "")/\(row[3] ?? "")")
        guard let delta = row[4].flatMap({ Int($0) }) else {
            limits[queue]?.queue = row[5].flatMap { Int($0) } ?? .max
            limits[queue]?.group = row[6].flatMap { Int($0) } ?? .max
            limits[queue]?.paused = Set((row[3] ?? "").split(separator: ","))
            return
        }
        ofQueue[queue, default: 0] += delta
        ofGroup[group, default: 0] += delta
        let number = order[row[1] ?? ""] ?? -1
        if delta > 0 {
            started(number, queue, group, row[0] ?? "")
        } else if isLast {
            waiting[group]?.removeAll { $0 == number }
        }
    }

    private mutating func started(_ number: Int, _ queue: String, _ group: String, _ n: String) {
        findings.starts += 1
        guard let limit = limits[queue] else { return }
        let (jobs, own) = (ofQueue[queue] ?? 0, ofGroup[group] ?? 0)
        if jobs > limit.queue { findings.faults.append("\(n): \(jobs) of \(queue), limit \(limit.queue)") }
        if limit.paused.contains(where: { "\(queue)/\($0)" == group }) {
            findings.faults.append("\(n): \(group) is paused")
        }
        let most = limit.isStrict ? min(1, limit.group) : limit.group
        if own > most { findings.faults.append("\(n): \(own) of \(group), limit \(most)") }
        guard limit.isStrict, let head = waiting[group]?.first, head != number else { return }
        findings.faults.append("\(n): job \(number) of \(group) overtook job \(head)")
    }
}
