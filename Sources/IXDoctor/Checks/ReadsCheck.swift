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
            return Self.findings(
                here, there, at: standby.location, waited: (ContinuousClock.now - start) / .seconds(1),
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
        let behind = behind(here, there, waited)
        guard let behind, behind <= most else {
            let age = behind.map { "is \(Int($0)) s behind" } ?? "doesn't tell how far it is behind"
            return [
                say(
                    "\(age), and read_max_age_seconds is \(Int(most))",
                    "look at its replay and its receiver: SELECT * FROM pg_stat_replication on the primary")
            ]
        }
        var found = [Finding.ok("reads", "\(location) is a standby, \(Self.text(behind)) behind")]
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
