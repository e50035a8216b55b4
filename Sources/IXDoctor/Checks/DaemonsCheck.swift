internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `DaemonsCheck` checks that daemons are running, and that dead daemons left no jobs behind.
struct DaemonsCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            guard let count = try await probe.ask(.daemons).first else { return [] }
            return Self.findings(count) + Self.unserved(try await probe.ask(.unserved))
                + Self.unservedQueues(try await probe.ask(.unservedQueues))
        } catch {
            return [.refused("daemons", error, "see privileges")]
        }
    }

    static func unserved(_ rows: [[String: String]]) -> [Finding] {
        rows.map { row in
            // A row of legacy code may hold an infinite time.
            let seconds = Int(min(max(0, Double(row["seconds"] ?? "") ?? 0), 1e11))
            let age = seconds > 0 ? ", the oldest due for \(seconds) s" : ""
            return .warning(
                "daemons",
                "\(row["jobs"] ?? "?") unserved: no daemon has a pipeline for use case \(row["use_case"] ?? "(none)")\(age)",
                "add [pipelines.…] for the use case, or let unserved_seconds end the jobs")
        }
    }

    static func unservedQueues(_ rows: [[String: String]]) -> [Finding] {
        rows.map { row in
            .warning(
                "daemons", "\(row["jobs"] ?? "?") wait in queue \(row["queue"] ?? "?"), which no daemon takes",
                "add the queue to worker.queues of a daemon")
        }
    }

    static func findings(_ count: [String: String]) -> [Finding] {
        func number(_ name: String) -> Int { Int(count[name] ?? "") ?? 0 }
        let living = number("living")
        var found = [
            living == 0
                ? Finding.warning("daemons", "no daemon holds a lease", "systemctl start ix-worker")
                : .ok("daemons", "\(living) hold a lease, version \(count["versions"] ?? "?")")
        ]
        if number("orphans") > 0 {
            found.append(
                .warning(
                    "daemons", "\(number("orphans")) jobs are held by daemons that are gone",
                    "a running daemon's sweep takes the jobs back within sweep_seconds; a longer wait is a fault"))
        }
        if number("broken") > 0 {
            found.append(
                .warning(
                    "daemons", "\(number("broken")) daemons have pipelines that take no jobs",
                    "`ixctl stats` names them"))
        }
        if number("refused") > 0 {
            found.append(
                .warning(
                    "daemons", "\(number("refused")) foreign writes were refused in the last 24 hours",
                    "SELECT * FROM ix_refused_writes, and look for the other program that writes to ix_jobs"))
        }
        return found
    }
}
