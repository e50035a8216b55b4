internal import CSpawn
internal import Glibc
internal import IXPipelines
internal import Synchronization

/// `ControlGroups` is the part of the control group tree (version 2) that the service manager delegated to this daemon:
/// `Delegate=` in systemd.
///
/// Gains: each child gets its own group. The group holds all descendants of the child, even after repeated forks and a
/// wiped environment. Limits apply to the whole group where the controllers are delegated.
/// Failure: without delegation, children are limited and ended process by process.
package final class ControlGroups: Sendable {
    private static let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
    private static let ownName = "ix-worker"

    let root: String
    /// The names of this instance's groups begin with `prefix`, because groups of other instances may lie in the same
    /// folder.
    private let prefix: String
    /// The mount point of the whole control group tree.
    package let mount: String
    /// The enabled controllers for the groups below `root`: `memory`, `cpu`.
    let controllers: Set<String>
    /// The number of the newest group. The counter is static, because a noncopyable member makes Swift 6.3.1's
    /// optimizer crash in this class (an ownership error in `init`).
    private static let last = Atomic<Int>(0)

    /// Returns the control groups that were delegated to this daemon; nil where nothing is delegated. The daemon moves
    /// to a group below its own, because only a group without processes may pass controllers on.
    ///
    /// Requires: called once per process. `key` distinguishes the instance from other instances in the same delegated
    /// part. `isAlone` says that no other daemon uses `key`, so that the groups which an earlier daemon left are ended.
    package static func delegated(key: String, isAlone: Bool) -> ControlGroups? {
        guard let own = ownPath() else { return nil }
        for mount in mounts {
            let folder = own == "/" ? mount : mount + own
            if isDelegated(folder) {
                return moveSelf(below: folder) ? ControlGroups(root: folder, key: key, isAlone: isAlone) : nil
            }
            // The service manager may have put the daemon in a subgroup already: `DelegateSubgroup=`.
            let above = String(folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex))
            if isDelegated(above) { return ControlGroups(root: above, key: key, isAlone: isAlone) }
        }
        return nil
    }

    init(root: String, key: String, isAlone: Bool = true) {
        self.root = root
        prefix = "run-\(key)-"
        mount = Self.mounts.last { root == $0 || root.hasPrefix($0 + "/") } ?? root
        controllers = Self.enableControllers(root)
        if isAlone { endLeft() }
    }

    /// A separate function, because in `init` Swift 6.3.1's optimizer crashes on the loop beside the atomic.
    private static func enableControllers(_ root: String) -> Set<String> {
        for name in ["memory", "cpu"] { ControlGroup.write("+" + name, to: root + "/cgroup.subtree_control") }
        let enabled = read(root + "/cgroup.subtree_control") ?? ""
        return Set(enabled.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// Makes a group for a child; nil when the group can't be created.
    func make(_ limits: ProcessLimits) -> ControlGroup? {
        let number = Self.last.add(1, ordering: .relaxed).newValue
        return ControlGroup(path: "\(root)/\(prefix)\(getpid())-\(number)", limits: limits, controllers: controllers)
    }

    /// Returns true when the limits on all processes of a run together are enforced on this machine.
    package func holds(_ limits: ProcessLimits) -> Bool {
        (limits.totalMemoryBytes == nil || controllers.contains("memory"))
            && (limits.totalProcessorPercent == nil || controllers.contains("cpu"))
    }

    /// Ends and removes the groups that an earlier daemon left.
    private func endLeft() {
        let folder = DirectoryEntries.open(root)
        guard folder >= 0 else { return }
        var left: [String] = []
        DirectoryEntries.forEach(in: folder) { name in
            let name = String(cString: name)
            if isOurs(name) { left.append(root + "/" + name) }
        }
        for path in left { ControlGroup.end(path) }
    }

    /// True when the name is the prefix, a process number and a counter. The prefix isn't enough, because another
    /// instance's key may begin with this instance's key.
    private func isOurs(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let numbers = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
    }

    private static func ownPath() -> String? {
        let lines = read("/proc/self/cgroup")?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }

    private static func isDelegated(_ folder: String) -> Bool {
        ix_is_delegated(folder) != 0 && access(folder + "/cgroup.procs", W_OK) == 0
    }

    private static func moveSelf(below folder: String) -> Bool {
        let group = folder + "/" + ownName
        guard mkdir(group, 0o755) == 0 || errno == EEXIST else { return false }
        return ControlGroup.write("\(getpid())", to: group + "/cgroup.procs")
    }

    static func read(_ path: String) -> String? {
        ProcessTable.read(path, limit: 16 << 10).map { String(decoding: $0, as: UTF8.self) }
    }
}
