import IXConcurrency
package import IXStore

/// `Look` is what there is to do in the database, as one statement tells it.
struct Look: Sendable {
    let hasLines: Bool
    /// The use cases whose plain jobs are still to get into line.
    let entering: [String]
    /// True when clients wait for room in a queue.
    let hasFull: Bool
    /// True when ended jobs are to be told to the jobs that wait for them.
    let hasNotes: Bool
    /// True when a job waits for others.
    let waits: Bool
    /// A plain job is due, a plain job is to get into line, and callbacks wait; false where the look didn't ask.
    let isDue, hasPlain, hasCallbacks: Bool

    init(_ row: PostgresRows.Row?) {
        let says = { row?.bool($0) ?? false }
        (hasLines, hasFull) = (says("has_lines"), says("has_full"))
        (hasNotes, waits) = (says("has_notes"), says("waits"))
        (isDue, hasPlain, hasCallbacks) = (says("is_due"), says("has_plain"), says("has_callbacks"))
        entering = row?.text("entering").flatMap(QueueSettings.names) ?? []
    }

    /// True when `LineDuty` has work.
    var isForLines: Bool { hasLines || hasPlain || hasFull || !entering.isEmpty }
}

extension PostgresOperations {
    /// Looks for work, and wakes the store's duties that have some.
    package func lookForWork(whole: Bool) throws(StoreError) -> WorkLook? {
        // A look that stands for an idle worker's claim scans from the start as that does, any other as a busy worker's.
        let scan = mark.scan(whole: whole)
        var parameters = Parameters()
        parameters.append(scan)
        let look = try look(parameters)
        // A claim of the job that was found tells where it stands.
        if !look.isDue { mark.found(nil, by: scan) }
        view.signs.hasPlain = look.hasPlain
        if look.isForLines { view.signs.forLines.value() }
        return WorkLook(hasJobs: look.isDue || look.hasLines, hasCallbacks: look.hasCallbacks)
    }

    /// Looks for all but due jobs, beside a claim.
    func look() throws(StoreError) -> Look { try look(Parameters([nil, nil])) }

    private func look(_ parameters: Parameters) throws(StoreError) -> Look {
        let look = Look(try run(PostgresLink.Call(.look, parameters)).first)
        view.lines.looked(look.hasLines, entering: look.entering)
        view.signs.looked(hasNotes: look.hasNotes, waits: look.waits)
        return look
    }
}
