import FoundationEssentials
import Glibc
import IXCore
import Testing

@testable import IXPostgres

/// Files that hold what libpq needs to be let in.
@Suite struct PasswordSourceTests {
    private func with(_ text: String, mode: mode_t = 0o600, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/ix-password-" + UUID().uuidString
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { unlink(path) }
        #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
        fchmod(descriptor, mode)
        close(descriptor)
        try body(path)
    }

    private func value(_ key: String, _ source: PasswordSource) throws -> String? {
        try source.keywords().first { $0.0 == key }?.1
    }

    @Test func `the password is the file's first line, without its end`() throws {
        for text in ["s3cret", "s3cret\n", "s3cret\r\nmore\n"] {
            try with(text) { path in
                let password = try value("password", PasswordSource(file: path))
                #expect(password == "s3cret")
            }
        }
    }

    @Test func `a new password counts from the next connection on`() throws {
        try with("old") { path in
            let source = PasswordSource(file: path)
            let before = try value("password", source)
            let descriptor = open(path, O_WRONLY | O_TRUNC)
            #expect(write(descriptor, "new", 3) == 3)
            close(descriptor)
            let after = try value("password", source)
            #expect(before == "old" && after == "new")
        }
    }

    @Test func `a passfile of one's own is libpq's to read where it lies`() throws {
        try with("*:*:*:*:s3cret\n") { path in
            let passfile = try value("passfile", PasswordSource(passfile: path))
            #expect(passfile == path)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can make another's file"))
    func `a passfile that is shown to this process alone is copied to where libpq takes it`() throws {
        try with("*:*:*:*:s3cret\n", mode: 0o440) { path in
            #expect(chown(path, 65_534, 0) == 0)
            let copy = try #require(try value("passfile", PasswordSource(passfile: path)))
            var status = stat()
            #expect(copy != path && stat(copy, &status) == 0)
            // The requirement of libpq: a plain file without access for the group and other users.
            #expect(status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o077 == 0)
            let text = try String(contentsOf: URL(filePath: copy), encoding: .utf8)
            #expect(text == "*:*:*:*:s3cret\n")
        }
    }

    @Test func `a file that can't be read is named, and nothing of it`() throws {
        #expect(throws: InvalidInput.self) { try PasswordSource(file: "/nonexistent/p").check() }
        #expect(throws: PostgresError.self) { try PasswordSource(file: "/nonexistent/p").keywords() }
    }
}
