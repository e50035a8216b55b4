import Testing

@testable import IXSQLite

@Suite struct MountTableTests {
    private let table = MountTable(
        """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 22 0:26 / /srv rw - nfs4 server:/srv rw
        31 30 8:2 / /srv/local\\040disk rw shared:7 master:1 - xfs /dev/sdb rw
        32 22 0:30 / /mnt rw - tmpfs tmpfs rw
        33 22 0:31 / /mnt rw - cifs //server/share rw
        nonsense
        """)

    @Test(arguments: [
        ("/var/lib", "ext4"), ("/", "ext4"), ("/srv", "nfs4"), ("/srv/a", "nfs4"), ("/srvs", "ext4"),
        ("/srv/local disk/a", "xfs"), ("/mnt/a", "cifs"),
    ])
    func `the innermost mount that covers a path says its type`(_ path: String, _ type: String) {
        #expect(table.type(of: path) == type)
    }

    @Test(arguments: ["nfs", "nfs4", "cifs", "9p", "fuse.sshfs", "virtiofs", "ceph"])
    func `what is shared with other machines is told`(_ type: String) { #expect(MountTable.isShared(type)) }

    @Test(arguments: ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "fuse.gocryptfs"])
    func `a local file system is taken`(_ type: String) { #expect(!MountTable.isShared(type)) }

    @Test func `this machine's own table is read`() { #expect(MountTable.current().type(of: "/proc") == "proc") }
}
