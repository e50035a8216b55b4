import FoundationEssentials
import Glibc
import IXPipelinesSupport
import SystemPackage
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(1))) struct PrivateDirectoryTests {
    private let workshop: Workshop
    private let directory: PrivateDirectory
    private let jobID = UUID()

    init() throws {
        workshop = try Workshop()
        directory = try PrivateDirectory(root: workshop.root, jobID: jobID)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        lstat(path, &status)
        return status.st_mode & 0o7777
    }

    @Test func `its name holds the job, and only its owner may enter`() {
        #expect(directory.path.hasPrefix(workshop.root + "/ix-" + jobID.uuidString.lowercased()))
        #expect(mode(directory.path) == 0o700)
        #expect(mode(directory.control) == 0o600)
    }

    @Test func `two runs of one job have two directories`() throws {
        let other = try PrivateDirectory(root: workshop.root, jobID: jobID)
        #expect(other.path != directory.path)
    }

    @Test func `a root that isn't there is an error`() {
        #expect(throws: Errno.noSuchFileOrDirectory) { try PrivateDirectory(root: "/nowhere", jobID: jobID) }
    }

    @Test func `the root is the runtime directory, else the temporary one`() {
        #expect(PrivateDirectory.root(in: ["RUNTIME_DIRECTORY": "/run/a:/run/b", "TMPDIR": "/t"]) == "/run/a")
        #expect(PrivateDirectory.root(in: ["TMPDIR": "/t"]) == "/t")
        #expect(PrivateDirectory.root(in: ["TMPDIR": ""]) == "/tmp")
        #expect(PrivateDirectory.root(in: [:]) == "/tmp")
    }

    @Test func `it is removed with all that is in it, links not followed`() throws {
        let outside = workshop.root + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: outside + "/kept"))
        symlink(outside, directory.path + "/link")
        try FileManager.default.createDirectory(
            atPath: directory.path + "/a/b/c", withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: directory.path + "/a/b/file"))
        mkfifo(directory.path + "/a/pipe", 0o600)
        #expect(directory.remove())
        #expect(try workshop.left == ["outside"])
        #expect(FileManager.default.fileExists(atPath: outside + "/kept"))
    }

    @Test func `directories that nobody may write or enter are removed`() throws {
        let deep = directory.path + "/a/b"
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: deep + "/file"))
        for path in [deep, directory.path + "/a", directory.path] { chmod(path, 0) }
        #expect(directory.remove())
    }

    @Test func `a tree deeper than any path is removed`() throws {
        var below = DirectoryEntries.open(directory.path)
        for _ in 0..<5000 {
            mkdirat(below, "d", 0o700)
            let next = DirectoryEntries.open("d", below: below)
            close(below)
            below = next
        }
        try #require(below >= 0)
        close(below)
        #expect(directory.remove())
    }

    @Test func `names of its own making are no obstacle`() throws {
        for name in [".ix-1", ".ix-2", "a"] {
            try FileManager.default.createDirectory(
                atPath: directory.path + "/" + name + "/x/y", withIntermediateDirectories: true)
        }
        #expect(directory.remove())
    }

    @Test func `one that is gone or was replaced counts as removed`() {
        #expect(directory.remove())
        #expect(directory.remove())
        symlink("/", directory.path)
        #expect(directory.remove())
    }
}
