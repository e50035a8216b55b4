internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `TableCheck` checks an adopted table for weaknesses, and for rows of legacy code that can't be read.
struct TableCheck: Check {
    let requires = Prerequisite.schema
    private static let shown = 5

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let limps = try await probe.ask(.table).compactMap { $0["limp"] }
            let found = limps.map {
                Finding.warning("table", $0, "the owner of the table decides; `ix-worker migrate` warned of it")
            }
            return found + Self.unreadable(try await probe.ask(.unreadable, ["\(Self.shown + 1)"]))
        } catch {
            // A table of many millions of rows takes longer to read than a call may.
            guard error.code != .deadlineExceeded else { return [.ok("table", "it has too many rows to look at each")] }
            return [.refused("table", error, "the role must be able to read ix_jobs")]
        }
    }

    private static func unreadable(_ rows: [[String: String]]) -> [Finding] {
        guard !rows.isEmpty else { return [.ok("table", "each row of ix_jobs can be read")] }
        let names = rows.prefix(shown).map { "\($0["job_id"] ?? "?") (\($0["fault"] ?? "?"))" }
        let more = rows.count > shown ? " and more" : ""
        return [
            .warning(
                "table", "rows of other code can't be read: \(names.joined(separator: ", "))\(more)",
                "mend or delete them; a waiting one without keys ends as bad_request when it is claimed")
        ]
    }
}
