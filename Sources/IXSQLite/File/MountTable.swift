import FoundationEssentials

/// The mounted file systems, as `/proc/self/mountinfo` lists them.
struct MountTable {
    private let mounts: [(point: String, type: String)]

    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: " - ", maxSplits: 1)
            let fields = halves.first?.split(separator: " ") ?? []
            guard halves.count == 2, fields.count > 4, let type = halves[1].split(separator: " ").first else {
                return nil
            }
            return (Self.unescape(String(fields[4])), String(type))
        }
    }

    static func current() -> MountTable {
        // ignored: without /proc no mount is known, and no path is refused
        MountTable((try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? "")
    }

    /// Returns the type of the file system of an absolute path without links; nil when no mount covers the path.
    func type(of path: String) -> String? {
        // The longest mount point wins, and among equal mount points the last, because the last covers the earlier.
        mounts.filter { $0.point == "/" || path == $0.point || path.hasPrefix($0.point + "/") }
            .enumerated().max { ($0.element.point.utf8.count, $0.offset) < ($1.element.point.utf8.count, $1.offset) }?
            .element.type
    }

    /// Returns true when a file system is mounted exactly at the path, which must be absolute and without links.
    func isMountPoint(_ path: String) -> Bool { mounts.contains { $0.point == path } }

    /// Returns true for a file system whose locks and shared memory may not hold between all processes with an open
    /// file: network file systems, and folders shared with another machine.
    static func isShared(_ type: String) -> Bool {
        if type.hasPrefix("fuse.") { return !["fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs"].contains(type) }
        return [
            "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2", "ocfs2",
            "gpfs", "beegfs", "orangefs", "pvfs2", "coda", "ncpfs", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "davfs",
            "fuse", "grpcfuse",
        ].contains(type)
    }

    /// Blanks and backslashes are written as three octal digits.
    private static func unescape(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
