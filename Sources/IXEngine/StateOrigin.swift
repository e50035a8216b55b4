import FoundationEssentials
import Glibc

/// `StateOrigin` identifies where and when a file of the state directory was written: in which file, on which machine,
/// and during which start of the machine.
///
/// The origin differs in a copy of the directory, and on another machine that shares the directory. A file of another
/// origin says nothing about the daemons and processes of this machine.
struct StateOrigin: Sendable, Equatable {
    /// One word for the origin. Nil on a machine without a boot id, where starts can't be distinguished; no later start
    /// then trusts the file.
    let text: String?
    let inode: ino_t

    /// Reads the origin of the open file.
    init(_ descriptor: Int32) {
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        inode = status.st_ino
        let boot = Self.word("/proc/sys/kernel/random/boot_id")
        let machine = Self.word("/etc/machine-id") ?? "-"
        text = isKnown ? boot.map { "\($0)/\(machine)/\(status.st_dev)/\(status.st_ino)" } : nil
    }

    /// Returns the first word of a file; nil for a missing file or a file without words.
    private static func word(_ path: String) -> String? {
        // ignored: an unreadable file counts as missing
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
