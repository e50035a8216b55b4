internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `StatisticsCheck` compares the waiting jobs with the number that the server's planner expects. A planner that expects an
/// empty queue may choose a plan that reads every waiting job for each claim.
struct StatisticsCheck: Check {
    let requires = Prerequisite.schema
    /// The number of waiting jobs below which every plan is fast; the bound of the count; the seconds that autovacuum
    /// may take to see a change; and the changed rows that are many.
    private static let (few, bound, late, many) = (1_000, 10_000, 600, 100_000)

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            return try await probe.ask(.statistics).first.map(Self.findings) ?? []
        } catch {
            return [.refused("statistics", error, "the server's statistics must be readable")]
        }
    }

    static func findings(_ row: [String: String]) -> [Finding] {
        func number(_ name: String) -> Int? { row[name].flatMap { Int($0) } }
        let pending = number("pending") ?? 0
        let wait = pending < bound ? "\(pending) jobs wait" : "over \(bound) jobs wait"
        let changes = number("changes") ?? 0
        let isStale = changes > many && changes > (number("live") ?? 0)
        return [
            contradiction(pending, number("expected"), number("seconds"), wait)
                ?? (isStale
                    ? warning("\(changes) rows of ix_jobs have changed since the last ANALYZE, more than the table has")
                    : .ok(
                        "statistics",
                        "\(wait), \(number("expected").map { "\($0) expected" } ?? "and ix_jobs has no statistics yet")"
                    ))
        ] + withoutAutovacuum(row["without_autovacuum"])
    }

    private static func contradiction(_ pending: Int, _ expected: Int?, _ seconds: Int?, _ wait: String) -> Finding? {
        guard let expected else { return pending < few ? nil : warning("\(wait), and ix_jobs has no statistics") }
        let isBelow = pending >= few && expected < pending / 10
        let isAbove = expected > 10 * bound && pending < expected / 100 && seconds.map { $0 > late } ?? true
        return isBelow || isAbove ? warning("\(wait), and the planner expects \(expected)") : nil
    }

    private static func warning(_ text: String) -> Finding {
        .warning("statistics", text, "ANALYZE ix_jobs, and see autovacuum, which should have done so")
    }

    private static func withoutAutovacuum(_ names: String?) -> [Finding] {
        guard let names else { return [] }
        let statements = names.split(separator: ", ").map { "ALTER TABLE \($0) RESET (autovacuum_enabled)" }
        return [.warning("statistics", "autovacuum is off for \(names)", statements.joined(separator: "; "))]
    }
}
