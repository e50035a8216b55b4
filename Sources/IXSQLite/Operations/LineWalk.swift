import GRDB
import IXCore
import IXStore

/// `LineWalk` finds the next job in line that may start, gives it a place, and claims it. The file has a single writer and a
/// single daemon, so a place is given and held in one step, and the places are those of running jobs.
///
/// A queue is served by priority; within a priority the group with the fewest places comes first, then the one behind the
/// group served last. A walk takes at most 2,000 steps, and visits no group twice.
struct LineWalk {
    private let claim: Claim
    private let now: Timestamp
    private let ring: LineRing
    private let db: Database

    /// A group of a queue, and the places that its running jobs hold.
    private struct Group {
        let key: String
        let places: Int
    }

    private static let steps = 2000
    /// The jobs of a group that are looked at for one of the claim's use cases.
    private static let heads = 100

    init(_ claim: Claim, _ now: Timestamp, _ ring: LineRing, _ db: Database) {
        (self.claim, self.now, self.ring, self.db) = (claim, now, ring, db)
    }

    /// True when a job that starts before plain ones stands in line.
    func hasUrgent() throws -> Bool {
        try queues().contains { queue in (try level(of: queue.queue, above: .min) ?? 0) < 0 }
    }

    /// Claims the next job in line; nil when none may start now.
    func next() throws -> ClaimedJob? {
        try db.run(.wakeSleepers, [now.text])
        let places = try Places(db)
        let queues = try queues()
        let last = ring.queue
        for queue in queues.filter({ $0.queue > last }) + queues.filter({ $0.queue <= last }) {
            if let job = try claim(from: queue, places) { return job }
        }
        return nil
    }

    /// The queues with a line from which the claim may take jobs.
    private func queues() throws -> [QueueSettings] {
        let all = try db.rows(.findLines).map(QueueSettings.init)
        guard let names = claim.queues.map(Set.init) else { return all }
        return all.filter { names.contains($0.queue) }
    }

    private func level(of queue: String, above priority: Int) throws -> Int? {
        try db.row(.nextLevel, [queue, priority])?["priority"]
    }

    private func claim(from queue: QueueSettings, _ places: Places) throws -> ClaimedJob? {
        guard queue.pausedAt == nil, places.of(queue.queue) < queue.concurrency ?? .max,
            try rate(queue.rate, queue, group: "").room(at: now) > 0
        else { return nil }
        var level = try level(of: queue.queue, above: .min)
        while let priority = level {
            // Larger priorities wait for the plain jobs of the use case.
            if priority > 0, try db.row(.hasPlain, [queue.queue, now.text])?[0] == true { return nil }
            if let job = try claim(from: queue, priority, places) { return job }
            level = try self.level(of: queue.queue, above: priority)
        }
        return nil
    }

    /// Claims a job of a priority: of the first group on the walk that holds no place, else of the one with the fewest.
    private func claim(from queue: QueueSettings, _ priority: Int, _ places: Places) throws -> ClaimedJob? {
        let start = ring.group(queue.queue, priority)
        var (busy, key, hasWrapped): ([Group], String, Bool) = ([], start, false)
        for _ in 0..<Self.steps {
            let row = try db.row(.nextGroup, [queue.queue, priority, key])
            guard let row, let next = row["group_key"] as String?, !hasWrapped || next <= start else {
                guard !hasWrapped, !start.isEmpty else { break }
                (key, hasWrapped) = ("", true)
                continue
            }
            key = next
            let group = Group(key: next, places: places.of(queue.queue, next))
            guard try hasRoom(group, of: queue, row) else { continue }
            if group.places > 0 {
                busy.append(group)
            } else if let job = try claim(from: queue, priority, group) {
                return job
            }
        }
        for (_, group) in busy.enumerated().sorted(by: { ($0.1.places, $0.0) < ($1.1.places, $1.0) }) {
            if let job = try claim(from: queue, priority, group) { return job }
        }
        return nil
    }

    /// `row` has the group's own limit and pause, if it has any.
    private func hasRoom(_ group: Group, of queue: QueueSettings, _ row: Row) throws -> Bool {
        let limit = row["concurrency"] as Int? ?? queue.groupConcurrency
        let most = queue.isStrict ? min(1, limit ?? 1) : limit ?? .max
        guard row["paused_at"] as String? == nil, group.places < most else { return false }
        return try rate(queue.groupRate, queue, group: group.key).room(at: now) > 0
    }

    /// Claims the group's first job that the claim may take. In a strict queue: the first job or none.
    private func claim(from queue: QueueSettings, _ priority: Int, _ group: Group) throws -> ClaimedJob? {
        for row in try db.rows(.findHeads, [queue.queue, priority, group.key, queue.isStrict ? 1 : Self.heads]) {
            let jobID = row["job_id"] as String
            guard row["status"] as String? == JobStatus.pending.rawValue else {
                try db.run(.dropLine, [jobID])
                continue
            }
            let isAhead = (row["run_at"] as String?).map { $0 > now.text } ?? false
            guard !isAhead, claim.takes(row["use_case"]) else { continue }
            let row = try db.row(.claimInLine, [claim.claimID.text, claim.daemonID.text, now.text, jobID])
            // No row: the daemon doesn't hold the file.
            guard let row else { return nil }
            try db.run(.nextTurn)
            try db.run(.holdPlace, [jobID])
            try charge(queue, group.key)
            ring.served(queue.queue, priority, group.key)
            return try ClaimedJob(row, claim, at: now)
        }
        return nil
    }

    private func charge(_ queue: QueueSettings, _ group: String) throws {
        for (rule, key) in [(queue.rate, ""), (queue.groupRate, group)] {
            guard let rule, rule.count > 0 else { continue }
            let window = try rate(rule, queue, group: key)
            try db.run(.chargeRate, [queue.queue, key, window.charged(at: now).text])
        }
    }

    private func rate(_ rule: QueueSettings.Rate?, _ queue: QueueSettings, group: String) throws -> RateWindow {
        guard let rule else { return .unbounded }
        let text = try db.row(.readRate, [queue.queue, group])?["full_at"] as String?
        return RateWindow(
            count: rule.count, seconds: rule.seconds, burst: queue.burst ?? 1, fullAt: text.flatMap { Timestamp($0) })
    }
}

/// The places that running jobs hold.
private struct Places {
    private var queues: [String: Int] = [:]
    private var groups: [String: Int] = [:]

    init(_ db: Database) throws {
        for row in try db.rows(.countPlaces) {
            let (queue, group, count) = (row["queue"] as String, row["group_key"] as String, row["places"] as Int)
            queues[queue, default: 0] += count
            groups[queue + "\u{1F}" + group, default: 0] += count
        }
    }

    func of(_ queue: String) -> Int { queues[queue] ?? 0 }
    func of(_ queue: String, _ group: String) -> Int { groups[queue + "\u{1F}" + group] ?? 0 }
}

extension Claim {
    /// True when the claim may take a job of the use case.
    fileprivate func takes(_ useCase: String?) -> Bool {
        guard let linedUseCases, let useCase else { return true }
        return linedUseCases.names.contains(useCase) == linedUseCases.isOnly
    }
}
