import Foundation
import Testing

@testable import IXCommand

/// What a command of root's learns of the installed service.
@Suite struct ServiceUnitTests {
    /// Folders of units, by name, and the files in them.
    private func with<Value>(
        _ files: [String: String], _ body: (_ folder: String, _ folders: [String]) throws -> Value
    ) throws -> Value {
        let root = FileManager.default.temporaryDirectory.appending(path: "ix-unit-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: root) }  // ignored: a leftover folder does no harm
        for (name, text) in files {
            let url = URL(filePath: root + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return try body(root, ["etc", "lib"].map { "\(root)/\($0)" })
    }

    private let unit = """
        [Unit]
        Environment=NOT=this
        [Service]
        User=ix-worker
        ExecStart=/usr/bin/ix-worker
        Environment=IX_STORE_KIND=postgres "A=two words"
        StateDirectory=ix-worker
        """

    @Test func `drop-ins count by name, and those of the administrator's folder stand for others of their name`() throws
    {
        let files = [
            "lib/ix-worker.service": unit, "lib/ix-worker.service.d/a.conf": "[Service]\nUser=packager\n",
            "etc/ix-worker.service.d/a.conf": "[Service]\nUser=a\n",
            "lib/ix-worker.service.d/b.conf": "[Service]\nEnvironment=\n",
        ]
        try with(files) { _, folders in
            let unit = try #require(ServiceUnit.installed(in: folders))
            #expect(unit.last("User") == "a")
            #expect(unit.all("Environment") == [])
            #expect(unit.last("Type") == nil)
        }
    }

    @Test func `a unit of the administrator's own stands for the packaged one, and a masked one for none`() throws {
        try with(["lib/ix-worker.service": unit, "etc/ix-worker.service": "[Service]\nUser=own\n"]) { _, folders in
            #expect(ServiceUnit.installed(in: folders)?.last("User") == "own")
        }
        try with(["lib/ix-worker.service": unit, "etc/ix-worker.service": ""]) { _, folders in
            #expect(ServiceUnit.installed(in: folders) == nil)
        }
        try with([:]) { _, folders in #expect(ServiceUnit.installed(in: folders) == nil) }
    }

    @Test func `the options of its command line are found, whatever stands before the program`() {
        let unit = ServiceUnit([
            "[Service]\nExecStart=/usr/bin/ix-worker\nExecStart=\n"
                + "ExecStart=!/opt/w run --config=/etc/w.toml --set a.b=c --quiet\n"
        ])
        #expect(unit.command.first == "/opt/w")
        #expect(unit.options == ["--config", "/etc/w.toml", "--set", "a.b=c"])
    }

    @Test
    func `the view has the unit's variables, those of its files, its credentials, and the caller's own above all`()
        throws
    {
        let files = [
            "environment": "IX_WORKER_COUNT=2\nIX_LOG_LEVEL=debug\nA=file\n",
            "store/ix-worker.postgres-url": "postgresql://ix@db/ix\n", "store/ix-worker.postgres-password": "secret\n",
        ]
        try with(files) { folder, _ in
            let unit = ServiceUnit([
                unit + "\nEnvironmentFile=-\(folder)/environment\nEnvironmentFile=-/nonexistent\n"
                    + "LoadCredential=postgres-url:ix-worker.postgres-url\n"
                    + "LoadCredential=postgres-password:ix-worker.postgres-password\n"
                    + "LoadCredential=postgres-passfile:ix-worker.postgres-passfile\n"
            ])
            let seen = ServiceView(unit, ["IX_LOG_LEVEL": "error"], stores: [folder + "/store"]).environment
            #expect(
                seen == [
                    "IX_STORE_KIND": "postgres", "A": "file", "IX_WORKER_COUNT": "2", "IX_LOG_LEVEL": "error",
                    "STATE_DIRECTORY": "/var/lib/ix-worker", "IX_POSTGRES_URL": "postgresql://ix@db/ix\n",
                    "IX_POSTGRES_PASSWORD_FILE": folder + "/store/ix-worker.postgres-password",
                ])
        }
    }

    @Test(arguments: [
        (["PATH": "/bin", "IX_LOG_LEVEL": "debug"], false), (["IX_POSTGRES_URL": "x"], true), (["PGHOST": "x"], true),
        (["IX_SQLITE_PATH": "x"], true), (["IX_STORE_KIND": "sqlite"], true), (["CREDENTIALS_DIRECTORY": "/x"], true),
    ])
    func `who names a store is taken at that word`(_ environment: [String: String], _ isNamed: Bool) {
        #expect(ServiceView.namesStore(environment, []) == isNamed)
        #expect(ServiceView.namesStore([:], [("store.kind", "sqlite")]))
        #expect(!ServiceView.namesStore([:], [("log.level", "debug")]))
    }
}
