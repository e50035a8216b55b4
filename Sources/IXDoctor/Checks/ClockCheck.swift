internal import FoundationEssentials
internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `ClockCheck` compares this machine's clock with the database's clock. Jobs use only the database's clock. Logs,
/// callback signatures and deadlines use this machine's clock.
struct ClockCheck: Check {
    let requires = Prerequisite.database
    // Differences in seconds that cause a warning and a fault.
    private static let (notable, wrong) = (2.0, 60.0)

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let before = Date().timeIntervalSince1970
            let there = try await probe.ask(.server).first?["seconds"].flatMap(Double.init)
            let after = Date().timeIntervalSince1970
            guard let there else { return [] }
            return [Self.finding((before + after) / 2 - there, doubt: (after - before) / 2)]
        } catch {
            return [.refused("clock", error, "see database")]
        }
    }

    static func finding(_ skew: Double, doubt: Double) -> Finding {
        let size = max(abs(skew) - doubt, 0)
        let text = "\((abs(skew) * 1000).rounded() / 1000) s \(skew < 0 ? "behind" : "ahead of") the database's"
        let advice = "run a time service (systemd-timesyncd, chrony) on both machines"
        if size >= wrong {
            return .fault("clock", text, advice + "; receivers refuse callbacks that are signed with a wrong time")
        }
        return size >= notable ? .warning("clock", text, advice) : .ok("clock", text)
    }
}
