import CSystemd
import Glibc
import IXCore

/// What the service manager is told (sd_notify). Without a NOTIFY_SOCKET every call does nothing.
///
/// Concurrency: from any thread; a call never blocks on the manager.
public struct ServiceNotice: Sendable {
    /// Whether somebody listens.
    public let isWanted: Bool

    public init(_ environment: [String: String]) { isWanted = !(environment["NOTIFY_SOCKET"] ?? "").isEmpty }

    /// Start-up or reload is complete.
    public func ready(_ status: String) { send("READY=1", status: status) }

    public func status(_ text: String) { send(status: text) }

    public func stopping(_ status: String) { send("STOPPING=1", status: status) }

    /// A reload begins; the manager orders it by the monotonic clock.
    public func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1", "MONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Start or stop may take this much longer from now.
    public func extendTimeout(by duration: Duration) { send("EXTEND_TIMEOUT_USEC=\(duration.microseconds)") }

    public func watchdog() { send("WATCHDOG=1") }

    private func send(_ states: String..., status: String? = nil) {
        guard isWanted else { return }
        let lines = states + (status.map { ["STATUS=" + Self.oneLine($0)] } ?? [])
        _ = sd_notify(0, lines.joined(separator: "\n"))  // ignored: the manager may be gone; the work goes on
    }

    /// A reason may hold line ends, which would start another assignment.
    private static func oneLine(_ text: String) -> String {
        PrintedText.safe(String(text.map { $0.isNewline ? " " : $0 }))
    }
}

extension Duration {
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
