import IXStore

/// Chooses the due callbacks of a claim: clients take turns, within their shares and the slots of the endpoints. The
/// choice equals the choice of PostgreSQL's statement. Pure.
struct CallbackTurns {
    struct Candidate {
        let jobID: String
        let dueAt: String
        let endpoint: String
        let clientID: String
    }

    private let claim: CallbackClaim

    init(_ claim: CallbackClaim) { self.claim = claim }

    /// Returns the free slots of an endpoint and a client, at most the claim's limit.
    func slots(_ endpoint: String, _ clientID: String) -> Int {
        max(0, min(claim.slots[endpoint] ?? claim.slotsPerEndpoint, left(clientID), claim.limit))
    }

    func picked(_ candidates: [Candidate]) -> [String] {
        var (turns, taken) = ([String: Int](), [String: Int]())
        let numbered = candidates.sorted { ($0.dueAt, $0.jobID) < ($1.dueAt, $1.jobID) }.map { one in
            turns[one.clientID, default: claim.shareOfEach - left(one.clientID)] += 1
            return (turn: turns[one.clientID] ?? 0, one: one)
        }
        let inTurn = numbered.filter { $0.turn <= claim.shareOfEach }.sorted { left, right in
            (left.turn, left.one.dueAt, left.one.jobID) < (right.turn, right.one.dueAt, right.one.jobID)
        }
        let fitting = inTurn.filter { _, one in
            taken[one.endpoint, default: 0] += 1
            return taken[one.endpoint] ?? 0 <= claim.slots[one.endpoint] ?? claim.slotsPerEndpoint
        }
        return fitting.prefix(claim.limit).map(\.one.jobID)
    }

    private func left(_ clientID: String) -> Int { claim.shares[clientID] ?? claim.shareOfEach }
}
