internal import FoundationEssentials
internal import Glibc
internal import IXCommand

/// `JournalCheck` checks that the journal accepts fields and explains the daemon's messages.
struct JournalCheck: Check {
    let requires = Prerequisite.nothing
    private static let socket = "/run/systemd/journal/socket"
    private static let catalogues = [
        "/usr/lib/systemd/catalog", "/usr/local/lib/systemd/catalog", "/etc/systemd/catalog",
    ]

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard access(Self.socket, F_OK) == 0 else {
            return [.ok("journal", "no journal runs here; the log goes to standard error")]
        }
        guard access(Self.socket, W_OK) == 0 else {
            return [
                .fault(
                    "journal", "\(Self.socket) can't be written",
                    "a drop-in of the unit hides /run; remove that setting")
            ]
        }
        guard Self.catalogues.contains(where: { access($0 + "/ix-worker.catalog", F_OK) == 0 }) else {
            return [
                .warning(
                    "journal", "the journal takes fields, but `journalctl -x` doesn't know ix-worker's messages",
                    "install systemd/ix-worker.catalog and run `journalctl --update-catalog`")
            ]
        }
        return [.ok("journal", "the journal takes fields, and `journalctl -x` explains ix-worker's messages")]
    }
}
