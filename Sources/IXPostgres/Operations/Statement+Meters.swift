import IXTelemetry

extension Statement {
    /// The group of the statement in `ix_store_call_seconds`. The statements of a pipeline count as the first one.
    var group: StoreMeters.Group {
        switch self {
        case .claimNextPending, .claimAmongUseCases, .claimBatch, .claimCandidate, .claimReady, .claimTurn, .handOn,
            .findCandidates, .findTurns, .look, .admit:
            .claim
        case .markDone, .markDoneAt, .markDoneBatch, .markError, .recordAttempt, .handBack, .lockHeld, .readEnd: .end
        case .insertPending, .insertChecked, .insertPendingBatch: .insert
        case .get, .getByCorrelation, .list, .listLive, .listErrors, .listClients, .listFires, .countFires,
            .listAttempts, .readPulses,
            .findLive,
            .findJobs:
            .read
        case .countJobs, .countCallbacks, .listDaemons, .lookAtUseCases, .lookAtCallbacks, .countPending: .count
        case .renewLease, .registerDaemon, .endLease, .readHeldClaims: .lease
        case .findOrphans, .sweepOrphans, .expirePending, .catchUpPending, .foreignWork, .endUnserved, .cutRunning:
            .sweep
        case .claimCallbacks, .nextCallback, .recordDeliveries, .findInHand: .callbacks
        case .prune, .pruneAccess, .forgetProgress: .prune
        case .findToken, .findSession, .noteUse, .recordAudit: .access
        default: .other
        }
    }
}
