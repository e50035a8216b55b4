internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `VersionsCheck` names the versions of the live daemons, and their hosts, where there are several. A fleet of two versions is
/// an unfinished upgrade, or a host whose daemon still runs the older program.
struct VersionsCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) { return Self.findings(try await probe.ask(.versions)) } catch {
            return [.refused("versions", error, "see privileges")]
        }
    }

    static func findings(_ rows: [[String: String]]) -> [Finding] {
        guard rows.count > 1 else { return [] }
        let versions = rows.map { "\($0["version"] ?? "?") on \($0["hosts"] ?? "?")" }
        return [
            .warning(
                "versions", "the daemons have \(rows.count) versions: \(versions.joined(separator: "; "))",
                "upgrade the package where it is older and `systemctl restart ix-worker` there; then `ix-worker migrate --finish`"
            )
        ]
    }
}
