internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `TimesCheck` finds waiting jobs whose `created_at` is ahead of the database's clock. Such a job is due at that time alone: a
/// producer with a wrong clock, or a failover to a server with another clock, holds the job up without a word.
struct TimesCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            return try await probe.ask(.times).first.map(Self.findings) ?? []
        } catch {
            return [.refused("times", error, "see privileges")]
        }
    }

    static func findings(_ row: [String: String]) -> [Finding] {
        let jobs = row["jobs"].flatMap { Int($0) } ?? 0
        guard jobs > 0 else { return [.ok("times", "no waiting job was created ahead of the clock")] }
        // A row of legacy code may hold an infinite time.
        let seconds = Int(min(max(0, Double(row["seconds"] ?? "") ?? 0), 1e11))
        return [
            .warning(
                "times",
                "\(jobs < 1000 ? "" : "at least ")\(jobs) waiting jobs were created ahead of the database's clock, by up to "
                    + "\(seconds) s, and none starts before (client \(row["clients"] ?? "?"))",
                "leave created_at to its default, or run a time service on the producers' hosts; "
                    + "UPDATE ix_jobs SET run_at = now() WHERE status = 'pending' AND run_at IS NULL AND created_at > now()"
            )
        ]
    }
}
