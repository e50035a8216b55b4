internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `ReadsCheck` checks that `[postgres] read_url` leads to a hot standby of this very database that is near enough. Every
/// finding is a warning at most, because the primary answers in the standby's place.
struct ReadsCheck: Check {
    let requires = Prerequisite.schema
    /// The connections of a server to its standby.
    private static let wanted = 2

    func findings(_ context: DoctorContext) async -> [Finding] {
        let configuration = context.configuration
        guard let probe = context.probe, let parameters = configuration.standbyParameters("ix-worker doctor") else {
            return []
        }
        let standby = PostgresProbe(parameters)
        defer { standby.close() }
        // The primary first: a standby at the primary's position misses no older commit.
        let (start, here) = (ContinuousClock.now, await Self.ask(probe))
        let there = await Self.ask(standby)
        switch (here, there) {
        case (.failure(let error), _):
            return [
                .warning(
                    "reads", "\(probe.location): \(error.description)",
                    "check [postgres] url and its server; the standby was not looked at")
            ]
        case (_, .failure(let error)): return [Self.refused(standby.location, error)]
        case (.success(let here), .success(let there)):
            let waited = (ContinuousClock.now - start) / .seconds(1)
            if let finding = await Self.diverged(here, there, at: standby.location, { await Self.ask(probe) }) {
                return [finding]
            }
            return Self.findings(
                here, there, at: standby.location, waited: waited,
                most: configuration.postgres.readMaxAge / .seconds(1))
        }
    }

    private static func ask(_ probe: PostgresProbe) async -> Result<[String: String], StoreError> {
        do throws(StoreError) { return .success(try await probe.ask(.copy).first ?? [:]) } catch {
            return .failure(error)
        }
    }

    private static func refused(_ location: String, _ error: StoreError) -> Finding {
        guard error.code != .schema else { return noCopy(location) }
        return .warning(
            "reads", "\(location): \(error.description)",
            "check [postgres] read_url and its server; meanwhile the primary answers lists and counts")
    }

    private static func noCopy(_ location: String) -> Finding {
        .warning(
            "reads", "\(location): the server is no copy of the database of url",
            "name a standby of its cluster, and the same database, in [postgres] read_url")
    }

    /// `here` is the primary, `there` the standby; `waited` are the seconds between the two.
    static func findings(
        _ here: [String: String], _ there: [String: String], at location: String, waited: Double, most: Double
    ) -> [Finding] {
        let say = { (text: String, advice: String) in Finding.warning("reads", "\(location) \(text)", advice) }
        guard there["store"] == here["store"] else { return [noCopy(location)] }
        guard there["is_standby"] == "t" else {
            return [
                .warning(
                    "reads", "\(location): no standby answers at this address; it led to a primary",
                    "name a hot standby in [postgres] read_url, or start it; the primary answers meanwhile")
            ]
        }
        let (behind, older) = (behind(here, there, waited), olderTimeline(here, there))
        guard let behind, behind <= most else {
            let age = behind.map { "is \(Int($0)) s behind" } ?? "doesn't tell how far it is behind"
            let advice = "look at its replay and its receiver: SELECT * FROM pg_stat_replication on the primary"
            return [
                say(
                    "\(age), and read_max_age_seconds is \(Int(most))\(older.map { "; " + $0 } ?? "")",
                    older == nil ? advice : advice + "; did it follow the last failover?")
            ]
        }
        var found = [Finding.ok("reads", "\(location) is a standby, \(Self.text(behind)) behind")]
        if let older {
            found.append(
                say(
                    older,
                    "run CHECKPOINT on the primary, then there (as a superuser or a member of pg_checkpoint), and look "
                        + "again; if that changes nothing, it did not follow the failover: take it out of read_url, and "
                        + "pg_rewind it or take a new copy"))
        }
        if there["schema_version"] != here["schema_version"] {
            found.append(say("has not replayed the newest migration yet", "wait until it has"))
        }
        let free = (Int(there["connections"] ?? "") ?? 0) - (Int(there["connected"] ?? "") ?? 0)
        if free < wanted {
            found.append(
                say(
                    "has \(free) free connections; each server needs \(wanted)",
                    "raise max_connections there, and first on the primary"))
        }
        return found
    }

    /// The timelines in words where the standby's control file names an older one than the primary's: the standby did not follow
    /// a failover, or has made no restartpoint since.
    private static func olderTimeline(_ here: [String: String], _ there: [String: String]) -> String? {
        guard let primary = here["timeline"].flatMap({ Int($0) }), let standby = there["timeline"].flatMap({ Int($0) }),
            standby < primary
        else { return nil }
        return "is on timeline \(standby) by its control file, and the primary on timeline \(primary)"
    }

    /// The finding about a standby that has WAL which its primary, asked `again` behind it, doesn't have. Once the primary has written
    /// as much, positions don't tell any more, and no server tells a plain role where its timelines part; then `findings` says
    /// that the standby's timeline is older.
    private static func diverged(
        _ here: [String: String], _ there: [String: String], at location: String,
        _ again: () async -> Result<[String: String], StoreError>
    ) async -> Finding? {
        guard there["is_standby"] == "t", there["store"] == here["store"], let older = olderTimeline(here, there),
            case .success(let later) = await again(),
            let primary = later["position"].flatMap({ Int64($0) }),
            let standby = there["position"].flatMap({ Int64($0) }), standby > primary
        else { return nil }
        return .warning(
            "reads", "\(location) has commits that the primary never had, and \(older)",
            "take it out of read_url, and pg_rewind it or take a new copy: it shows what a failover has lost")
    }

    private static func behind(_ here: [String: String], _ there: [String: String], _ waited: Double) -> Double? {
        let positions = (here["position"].flatMap { Int64($0) }, there["position"].flatMap { Int64($0) })
        if let primary = positions.0, let standby = positions.1, standby >= primary { return waited }
        // The time of a commit is of the primary's clock.
        guard let now = here["clock"].flatMap({ Double($0) }), let newest = there["committed"].flatMap({ Double($0) })
        else { return nil }
        return max(0, now - newest) + waited
    }

    private static func text(_ seconds: Double) -> String {
        let tenths = Int(seconds * 10)
        return tenths < 1 ? "less than 0.1 s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
