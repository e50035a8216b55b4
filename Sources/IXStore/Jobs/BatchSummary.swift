package import FoundationEssentials
package import IXCore

/// A batch in a list, with a finisher in the stage `wait`.
package struct BatchSummary: Sendable, Equatable {
    /// Open members are counted up to here; the number stands for as many or more.
    package static let most = 1000

    /// Key of the finisher.
    package let batchID: UUID
    /// The finisher's use case and keys.
    package let names: JobNames
    /// `waiting` or `cancelling`.
    package let phase: BatchState.Phase
    package let onFailure: BatchRule
    /// True when the finisher also waits for `closeBatch`.
    package let isOpen: Bool
    /// Open members, up to `most`.
    package let openMembers: Int
    /// Time of the finisher's insert.
    package let createdAt: String
    /// When the batch ends in error, code `expired`; nil: no bound.
    package let expiresAt: String?

    /// Creates the summary from a row of the store; nil for an unknown rule.
    package init?(
        batchID: UUID, names: JobNames, isCancelling: Bool, onFailure: String, isOpen: Bool, openMembers: Int,
        createdAt: String, expiresAt: String?
    ) {
        guard let onFailure = BatchRule(rawValue: onFailure) else { return nil }
        (self.batchID, self.names, phase) = (batchID, names, isCancelling ? .cancelling : .waiting)
        (self.onFailure, self.isOpen, self.openMembers) = (onFailure, isOpen, openMembers)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }

    /// The position to pass to `batches` for the page behind this batch.
    package var position: ListPosition { ListPosition(createdAt: createdAt, jobID: batchID) }

    /// The batch as a JSON object.
    package var json: String {
        JSONPairs([
            ("batch_id", JSONPairs.literal(batchID.uuidString.lowercased())),
            ("ix_id", JSONPairs.literal(names.ixID)),
            ("client_id", JSONPairs.literal(names.clientID)), ("request_id", JSONPairs.literal(names.requestID)),
            ("use_case", JSONPairs.literal(names.useCase)), ("phase", JSONPairs.literal(phase.rawValue)),
            ("batch_on_failure", JSONPairs.literal(onFailure.rawValue)), ("open", "\(isOpen)"),
            ("open_members", "\(openMembers)"), ("created_at", JSONPairs.literal(createdAt)),
            ("expires_at", JSONPairs.literal(expiresAt)), ("cursor", JSONPairs.literal(position.cursor)),
        ]).text
    }
}
