import FoundationEssentials
import Glibc

/// Where and when a file of the state directory was written: this start of this machine, and the file that this is.
///
/// A copy of the directory differs in it, and so does one that another machine shares: what such a file says of daemons and
/// processes says nothing of those here.
struct StateOrigin: Sendable, Equatable {
    /// One word. Nil where the machine doesn't tell its starts apart (no boot id): nothing that was written then is trusted later.
    let text: String?
    let inode: ino_t

    /// Of the open file.
    init(_ descriptor: Int32) {
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        inode = status.st_ino
        let boot = Self.word("/proc/sys/kernel/random/boot_id")
        let machine = Self.word("/etc/machine-id") ?? "-"
        text = isKnown ? boot.map { "\($0)/\(machine)/\(status.st_dev)/\(status.st_ino)" } : nil
    }

    /// A file's first word; nil where there is none.
    private static func word(_ path: String) -> String? {
        // ignored: what can't be read is not there
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
