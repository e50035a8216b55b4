import CSystemd
import Glibc
import IXCore

/// `ServiceNotice` sends notices to the service manager (`sd_notify`). Without `NOTIFY_SOCKET` every call does nothing.
package struct ServiceNotice: Sendable {
    /// True when a service manager listens.
    package let isWanted: Bool

    /// Reads `NOTIFY_SOCKET` from the environment.
    package init(_ environment: [String: String]) { isWanted = !(environment["NOTIFY_SOCKET"] ?? "").isEmpty }

    /// Reports that start-up or reload is complete.
    package func ready(_ status: String) { send("READY=1", status: status) }

    /// Sets the status line that `systemctl status` shows.
    package func status(_ text: String) { send(status: text) }

    /// Reports that the stop has begun.
    package func stopping(_ status: String) { send("STOPPING=1", status: status) }

    /// Reports that a reload begins; the manager orders reloads by the monotonic time in the notice.
    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1", "MONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Requests that the current start or stop may take another `duration` from now.
    package func extendTimeout(by duration: Duration) { send("EXTEND_TIMEOUT_USEC=\(duration.wholeMicroseconds)") }

    /// Sends a sign of life to the manager's watchdog.
    package func watchdog() { send("WATCHDOG=1") }

    private func send(_ states: String..., status: String? = nil) {
        guard isWanted else { return }
        let lines = states + (status.map { ["STATUS=" + Self.oneLine($0)] } ?? [])
        _ = sd_notify(0, lines.joined(separator: "\n"))  // ignored: the manager may be gone; the work goes on
    }

    /// Replaces line ends, because a line end in a reason would start another assignment.
    private static func oneLine(_ text: String) -> String {
        PrintedText.safe(String(text.map { $0.isNewline ? " " : $0 }))
    }
}
