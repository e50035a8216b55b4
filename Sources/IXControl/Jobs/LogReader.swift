import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Follows a job's log: each call of `news` returns what was added since the previous call.
struct LogReader {
    /// A piece of the log of one start.
    enum Piece: Sendable {
        case begins(attempt: Int, isRunning: Bool)
        case text(attempt: Int, String)
        case leftOut(attempt: Int, bytes: Int)
        case ended(attempt: Int, outcome: String, exit: String?)
    }

    struct Look: Sendable {
        let job: Job
        let attempts: [AttemptRecord]
        let progress: ProgressRecord?
    }

    private let jobID: UUID
    private let only: Int?
    /// Claims whose attempt ended and was printed.
    private var shown: Set<UUID> = []
    /// The running attempt's claim, and how many bytes of its log were printed.
    private var running: (claimID: UUID, bytes: Int)?

    init(_ jobID: UUID, only: Int?) {
        self.jobID = jobID
        self.only = only
    }

    /// Reads the job, its attempts and its progress in one call. Ends the program with 1 when there is no such job.
    func look(_ store: RoleStore<any JobReading>) async throws -> Look {
        let jobID = jobID
        let look = try await store.perform { operations -> Look? in
            guard let job = try operations.get(jobID) else { return nil }
            return Look(
                job: job, attempts: try operations.attempts(of: jobID), progress: try operations.progress(of: jobID))
        }
        guard let look else { throw Exit.no.saying("there is no such job") }
        return look
    }

    /// Returns the pieces to print, and true when the job has ended and no more will follow.
    mutating func news(_ look: Look) -> (pieces: [Piece], isOver: Bool) {
        var pieces: [Piece] = []
        for record in JobRecord(look.job, attempts: look.attempts).endedAttempts where isNew(record) {
            pieces += ended(record)
        }
        if look.job.status == .running, let claimID = look.job.claimID, wants(look.job.attempts + 1) {
            pieces += more(claimID, look.job.attempts + 1, look.progress?.progress)
        }
        return (pieces, look.job.status.isTerminal)
    }

    private func isNew(_ record: AttemptRecord) -> Bool { wants(record.attempt) && !shown.contains(record.claimID) }

    private func wants(_ attempt: Int) -> Bool { only == nil || only == attempt }

    private mutating func ended(_ record: AttemptRecord) -> [Piece] {
        shown.insert(record.claimID)
        let (note, number) = (record.note, record.attempt)
        // Text printed while the attempt ran isn't printed again. The comparison can use only the stored tail.
        let rest: [Piece] =
            if let running, running.claimID == record.claimID {
                [.text(attempt: number, Self.unseen(note.logTail, after: seen))]
            } else {
                [.begins(attempt: number, isRunning: false), .text(attempt: number, note.logTail)]
            }
        seen = ""
        return rest + [.ended(attempt: number, outcome: note.outcome, exit: note.exitStatus.map { "\($0)" })]
    }

    /// The tail printed last of the running attempt.
    private var seen = ""

    private mutating func more(_ claimID: UUID, _ number: Int, _ progress: Progress?) -> [Piece] {
        var pieces: [Piece] = []
        if running?.claimID != claimID {
            running = (claimID, 0)
            seen = ""
            pieces = [.begins(attempt: number, isRunning: true)]
        }
        guard let progress, let bytes = running?.bytes, progress.logBytes > bytes else { return pieces }
        let tail = progress.logTail
        let fresh = min(progress.logBytes - bytes, tail.utf8.count)
        let lost = progress.logBytes - bytes - fresh
        if lost > 0 { pieces.append(.leftOut(attempt: number, bytes: lost)) }
        running = (claimID, progress.logBytes)
        seen = tail
        return pieces + [.text(attempt: number, String(decoding: tail.utf8.suffix(fresh), as: UTF8.self))]
    }

    /// Returns the text which follows `seen` in a tail that has moved on.
    private static func unseen(_ tail: String, after seen: String) -> String {
        guard !seen.isEmpty else { return tail }
        let (tail, seen) = (Array(tail.utf8), Array(seen.utf8))
        // The last 256 bytes of `seen`: long enough to occur only at this position.
        let mark = seen.suffix(256)
        guard tail.count >= mark.count else { return String(decoding: tail, as: UTF8.self) }
        for start in stride(from: tail.count - mark.count, through: 0, by: -1)
        where tail[start..<(start + mark.count)].elementsEqual(mark) {
            return String(decoding: tail[(start + mark.count)...], as: UTF8.self)
        }
        return String(decoding: tail, as: UTF8.self)
    }
}
