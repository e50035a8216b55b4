internal import CSpawn
internal import Glibc
package import IXCore
internal import IXPipelines

/// `ProgramUser` is a user, other than the daemon's, that a pipeline's programs run as, with that user's groups.
package struct ProgramUser: Sendable, Equatable {
    /// The user's name in the password database.
    package let name: String
    /// The user's home directory, the child's `HOME`.
    package let home: String
    let user: uid_t
    let group: gid_t
    let groups: [gid_t]

    /// The capabilities, with their numbers, that the daemon needs to start, signal and clean up programs of another
    /// user.
    private static let capabilities: [(name: String, bit: UInt64)] = [
        ("CAP_CHOWN", 0), ("CAP_DAC_OVERRIDE", 1), ("CAP_FOWNER", 3), ("CAP_KILL", 5), ("CAP_SETGID", 6),
        ("CAP_SETUID", 7), ("CAP_SYS_PTRACE", 19),
    ]

    /// Looks the user up. Throws `InvalidInput` for an unknown user, for root, and when the daemon lacks a capability.
    package init(named name: String) throws(InvalidInput) {
        guard let entry = getpwnam(name) else {
            throw InvalidInput("user", "there is no user \"\(name)\" on this machine")
        }
        self.name = name
        home = String(cString: entry.pointee.pw_dir)
        user = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
        groups = Self.groups(name, group)
        guard user != 0 else { throw InvalidInput("user", "must not be root") }
        let missing = Self.missing
        guard missing.isEmpty else {
            throw InvalidInput(
                "user",
                "the daemon can't start programs as \"\(name)\" without \(missing.joined(separator: ", ")): the drop-in "
                    + "pipeline-users.conf gives them to the service")
        }
    }

    /// Calls `body` with the identity for `ix_spawn`; the pointer is valid only during the call.
    func withIdentity<Result>(_ body: (UnsafePointer<ix_identity>) -> Result) -> Result {
        groups.withUnsafeBufferPointer { groups in
            var identity = ix_identity(user: user, group: group, count: groups.count, groups: groups.baseAddress)
            return body(&identity)
        }
    }

    private static var missing: [String] {
        let line = ControlGroups.read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let effective = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return capabilities.filter { effective & 1 << $0.bit == 0 }.map(\.name)
    }

    private static func groups(_ name: String, _ group: gid_t) -> [gid_t] {
        var (groups, count) = ([gid_t](repeating: 0, count: 256), Int32(256))
        guard getgrouplist(name, group, &groups, &count) >= 0 else { return [group] }
        return Array(groups.prefix(Int(count)))
    }
}
