import IXTestSupport
import Testing

@testable import IXPostgres

/// Who may run which statement. Every statement stands in the table; a new one has to be put there.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct RoleMatrixTests {
    /// Beside the owner and the migrator, who may all.
    private static let callers: [Statement: Set<String>] = {
        let readingRoles: Set = ["ix_worker", "ix_reader", "ix_server", "ix_operator"]
        let readers: [Statement] = [
            .get, .getByCorrelation, .findJobs, .list, .listClients, .countClients, .listFires, .countFires, .listLive,
            .listErrors,
            .listUnreadable, .listAttempts, .readEnd, .countJobs, .listDaemons,
            .countRefusedWrites, .countCallbacks, .countEndpoints,
            .readProgress,
            .endedRecords, .readRecords, .findRestored, .listCallbacks,
            .getCallback, .listDeliveries, .nextCallback, .findInHand, .countPrunable, .foreignWork, .unservedQueues,
            .findOrphans, .countSuspects, .readHeldClaims, .findLive, .readPulses, .readLevels, .lookAtUseCases,
            .lookAtCallbacks, .countPending, .readHistory,
            .newestHistory, .look, .findTurns, .listQueues, .listGroups, .readLine, .findSchedules,
            .listSchedules, .countSchedules, .listMembers, .listBatches, .readWaits, .listReceipts,
            .listDedupes,
        ]
        let producers: [Statement] = [
            .insertPending, .insertPendingBatch, .cancel, .resubmit, .redeliver, .recordAudit,
            .insertBatch, .closeBatch, .cancelBatch,
        ]
        let workers: [Statement] = [
            .claimNextPending, .claimAmongUseCases, .recordProgress, .removeProgress, .forgetProgress, .recordBreakers,
            .recordServed, .recordClosedEndpoints,
            .endUnserved,
            .markDone, .markError, .markDoneBatch, .afterEnd, .claimBatch, .handBack, .recordAttempt,
            .expirePending,
            .sweepOrphans, .catchUpPending, .lockSuspects, .holdSuspects, .setWidth, .clearSuspects, .releaseSuspects,
            .updateCallbackStatus,
            .takeRecords, .takeClientRecords, .registerDaemon, .renewLease, .endLease, .handBackLostClaims,
            .claimCallbacks, .recordDeliveries, .catchUpCallbacks, .takeRedeliveries, .adoptLegacyCallbacks,
            .releaseClaim, .prune, .pruneAccess, .addHistory, .addHistoryErrors, .cutHistory,
            .lockHeld, .forgetRunning, .cutRunning, .findCandidates, .claimCandidate, .markDoneAt,
            .admit, .claimReady, .claimTurn, .leaveLine, .handOn, .takeBack, .enterQueues, .enterFile, .enterSchedules,
            .planSchedules, .fireSchedules, .release, .strikeClients, .lookBatches, .noteMembers,
        ]
        let owners: [Statement] = [
            .removeTaken, .restore, .restoreSchedule, .enterMovedBatch, .restoreWaits, .restoreMembers, .joinRestored,
            .restoreReceipts, .restoreDedupes,
        ]
        let unrestricted: [Statement] = [
            .readXminHorizon, .readStandby, .readStanding, .estimatePending, .limitLockWaits, .interruptWaiting,
            .beginSnapshot,
            .endSnapshot,
        ]
        let servers: [Statement] = [
            .findToken, .listTokens, .noteUse, .insertSession, .findSession, .endSession, .listAudit,
            .erase, .insertPreview, .findOperation, .startOperation, .stopOperation, .claimOperation, .recordStep,
            .setQueue, .setGroup, .scaleWorkers, .moveJobs, .pauseQueue, .resumeQueue, .reschedule,
            .setSchedule, .removeSchedule, .pauseSchedule, .resumeSchedule, .fireNow,
        ]
        let operators: [Statement] = [.insertToken, .endToken]
        let callers: Set = ["ix_producer", "ix_worker", "ix_server", "ix_operator"]
        let rows =
            readers.map { ($0, readingRoles) } + producers.map { ($0, callers) }
            + workers.map { ($0, ["ix_worker"] as Set) } + owners.map { ($0, [] as Set) }
            + servers.map { ($0, ["ix_server", "ix_operator"] as Set) }
            + operators.map { ($0, ["ix_operator"] as Set) }
            + [(.insertChecked, ["ix_worker", "ix_server", "ix_operator"] as Set)]
            + [(.readBatch, readingRoles.union(["ix_producer"]))]
            + [(.recordLevels, ["ix_worker", "ix_server"] as Set)]
            + unrestricted.map { ($0, Set(RoleDatabase.logins)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }()

    @Test(arguments: RoleDatabase.logins)
    func `a role runs the statements that are its business and no others`(_ role: String) async throws {
        try await RoleDatabase.with { db in
            let session = SQLSession(try db.url(as: role))
            for statement in Statement.allCases {
                let callers = try #require(Self.callers[statement], "\(statement) is in no row of the matrix")
                let expected = ["ix_owner", "ix_migrator"].contains(role) || callers.contains(role)
                let isAllowed = try await Self.isAllowed(statement, session)
                #expect(isAllowed == expected, "\(role): \(statement.rawValue)")
            }
            await session.close()
        }
    }

    /// With nothing but NULL for parameters, in a transaction that is rolled back: whatever else it says, it isn't that the
    /// role may not.
    private static func isAllowed(_ statement: Statement, _ session: SQLSession) async throws -> Bool {
        let count = (1...20).last { statement.sql.contains("$\($0)::") || statement.sql.contains("$\($0)") } ?? 0
        try await session.sql("BEGIN")
        var isAllowed = true
        do {
            try await session.sql(statement.sql, Array(repeating: nil, count: count))
        } catch let failure as SQLFailure {
            isAllowed = failure.state != "42501"
        }
        try await session.sql("ROLLBACK")
        return isAllowed
    }
}
