internal import Glibc
internal import IXCommand
internal import IXConfig

/// `ServiceCheck` reports the state of the systemd unit: running or not, the number of restarts, and the watchdog.
struct ServiceCheck: Check {
    let requires = Prerequisite.nothing
    private static let properties =
        "LoadState,ActiveState,SubState,Type,WatchdogUSec,NRestarts,StatusText,UnitFileState"

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard access("/run/systemd/system", F_OK) == 0 else {
            return [.ok("service", "systemd does not run here; another supervisor has to restart the daemon")]
        }
        let instance = context.configuration.worker.instance
        // Instance names contain only letters, digits, `_`, `.` and `-`, so the shell command needs no quoting.
        let unit = instance == "default" ? "ix-worker.service" : "ix-worker@\(instance).service"
        let shown = CommandOutput.lines("systemctl show --property=\(Self.properties) \(unit) 2>/dev/null")
        guard !shown.isEmpty else { return [.warning("service", "systemctl doesn't answer", "run `systemctl status`")] }
        let pairs = shown.compactMap { line -> (String, String)? in
            line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
        }
        return Self.findings(unit, Dictionary(pairs) { first, _ in first })
    }

    static func findings(_ unit: String, _ shown: [String: String]) -> [Finding] {
        guard shown["LoadState"] == "loaded" else {
            return [.warning("service", "\(unit) is not installed", "`make install`, or the package")]
        }
        // One that doesn't run has no watchdog to speak of.
        let isRunning = !["inactive", "failed"].contains(shown["ActiveState"])
        return [state(unit, shown)] + restarts(shown) + (isRunning ? watchdog(shown) : [])
    }

    private static func state(_ unit: String, _ shown: [String: String]) -> Finding {
        let status = shown["StatusText"].flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
        let text = "\(unit) is \(shown["ActiveState"] ?? "?")\(status)"
        switch shown["ActiveState"] {
        case "active", "reloading": return .ok("service", text)
        case "activating": return .warning("service", text, "the daemon waits; its status says for what")
        case "failed":
            return .fault(
                "service", text, "journalctl -xe -u \(unit); then systemctl reset-failed and start", .unavailable)
        default: return .warning("service", text, "systemctl enable --now \(unit)")
        }
    }

    private static func restarts(_ shown: [String: String]) -> [Finding] {
        guard let count = shown["NRestarts"].flatMap(Int.init), count > 0 else { return [] }
        return [
            .warning(
                "service", "systemd has restarted the daemon \(count) times", "journalctl -u ix-worker -p 4")
        ]
    }

    private static func watchdog(_ shown: [String: String]) -> [Finding] {
        let advice = "set WatchdogSec=60 and Type=notify in a drop-in, as the packaged unit does"
        let period = shown["WatchdogUSec"] ?? "infinity"
        guard shown["Type"]?.hasPrefix("notify") == true else {
            return [.warning("watchdog", "the unit has Type=\(shown["Type"] ?? "?")", advice)]
        }
        guard !["infinity", "0"].contains(period) else {
            return [.warning("watchdog", "off: systemd does not restart a stalled daemon", advice)]
        }
        return [.ok("watchdog", "systemd restarts a daemon that has stalled for \(period)")]
    }
}
