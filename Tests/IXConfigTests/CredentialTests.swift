import Foundation
import IXConfig
import Testing

/// What systemd hands over to the service.
@Suite struct CredentialTests {
    private typealias Fixture = ConfigurationFixture

    private func with(_ files: [String: String], _ body: ([String: String], String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ix-credentials-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // ignored: a leftover temporary folder does no harm
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try body(Fixture.home.merging(["CREDENTIALS_DIRECTORY": folder.path]) { $1 }, folder.path)
    }

    @Test func `the Ansible role and the pages name the credentials that the unit loads`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = { (path: String) in try String(contentsOf: root.appending(path: path), encoding: .utf8) }
        let unit = try text("systemd/ix-worker.service")
        let loaded = unit.matches(of: /LoadCredential=([a-z-]+):ix-worker\.([a-z-]+)\n/)
        #expect(loaded.count > 5 && loaded.allSatisfy { $0.1 == $0.2 })
        let names = loaded.map { String($0.1) }
        let role = try text("deploy/ansible/roles/ix_worker/vars/main.yml")
        #expect(role.matches(of: /\n  - ([a-z-]+)/).map { String($0.1) } == names)
        let security = try text("docs/security.md")
        for name in names { #expect(security.contains("| `ix-worker.\(name)` | `\(name)` |"), "\(name)") }
        let page = ConfigurationReference.markdown()
        for name in names where name.hasPrefix("postgres-") { #expect(page.contains("`\(name)`"), "\(name)") }
    }

    @Test func `each unit loads every credential that the daemon takes`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = { (path: String) in try String(contentsOf: root.appending(path: path), encoding: .utf8) }
        let taken = try text("Sources/IXConfig/Reading/Credentials.swift").matches(of: /directory, "([a-z-]+)"\)/)
        let read = try text("Sources/IXDaemon/Assembly/CallbackSettings+Configuration.swift")
            .matches(of: /read\("([a-z-]+)", field/)
        let names = (taken + read).map { String($0.1) }.sorted()
        #expect(names.count > 8 && names.contains("otlp-headers"))
        for unit in ["systemd/ix-worker.service", "systemd/ix-worker@.service"] {
            let loaded = try text(unit).matches(of: /LoadCredential=([a-z-]+):ix-worker\.([a-z-]+)\n/)
            #expect(loaded.map { String($0.1) }.sorted() == names, "\(unit)")
        }
    }

    @Test func `the address may be a credential, and is hidden like any`() throws {
        try with(["postgres-url": "postgresql://ix:s3cret@db/ix\n"]) { environment, _ in
            let configuration = try Fixture.load(environment: environment)
            #expect(configuration.store == .postgres && configuration.isStoreNamed)
            #expect(configuration.postgres.url.text == "postgresql://ix:s3cret@db/ix")
            #expect(
                Fixture.entry("postgres.url", in: configuration)?.hasSuffix("= ***** (credential postgres-url)") == true
            )
        }
    }

    @Test func `the address of a standby may be a credential, and is hidden like any`() throws {
        try with(["postgres-url": "host=a", "postgres-read-url": "host=b password=s3cret\n"]) { environment, _ in
            let configuration = try Fixture.load(environment: environment)
            #expect(configuration.postgres.readURL?.text == "host=b password=s3cret")
            #expect(
                Fixture.entry("postgres.read_url", in: configuration)
                    == "postgres.read_url = ***** (credential postgres-read-url)")
        }
    }

    @Test func `a credential is stronger than the file and weaker than the environment`() throws {
        try with(["postgres-url": "postgresql://credential"]) { environment, _ in
            let file = "[postgres]\nurl = \"postgresql://file\""
            let url = try Fixture.load(file, environment: environment).postgres.url.text
            #expect(url == "postgresql://credential")
            let more = environment.merging(["IX_POSTGRES_URL": "postgresql://variable"]) { $1 }
            let variable = try Fixture.load(file, environment: more).postgres.url.text
            #expect(variable == "postgresql://variable")
        }
    }

    @Test func `of a password only the place is known`() throws {
        try with(["postgres-password": "s3cret\n", "postgres-passfile": "*:*:*:*:s3cret\n"]) { environment, folder in
            let postgres = try Fixture.load(environment: environment).postgres
            #expect(postgres.passwordFile == folder + "/postgres-password")
            #expect(postgres.passfile == folder + "/postgres-passfile")
            let all = try Fixture.load(environment: environment).description
            #expect(!all.contains("s3cret"))
        }
    }

    @Test func `of the server's key and tokens only the place is known`() throws {
        try with(["http-tls-key": "s3cret\n", "http-tokens": "s3cret\n"]) { environment, folder in
            let configuration = try Fixture.load(environment: environment)
            #expect(configuration.http.key == folder + "/http-tls-key")
            #expect(configuration.http.tokensFile == folder + "/http-tokens")
            #expect(!configuration.description.contains("s3cret"))
        }
    }

    @Test func `the collector's headers may be a credential, and are hidden`() throws {
        try with(["otlp-headers": "authorization=s3cret\n"]) { environment, _ in
            let configuration = try Fixture.load(environment: environment)
            #expect(configuration.traces.headers.text == "authorization=s3cret")
            #expect(!configuration.description.contains("s3cret"))
        }
    }

    @Test func `a password file that the environment names comes before the credential`() throws {
        try with(["postgres-password": "x"]) { environment, _ in
            let more = environment.merging(["IX_POSTGRES_PASSWORD_FILE": "/p"]) { $1 }
            let file = try Fixture.load(environment: more).postgres.passwordFile
            #expect(file == "/p")
        }
    }

    @Test func `without credentials there is nothing to say`() throws {
        try with([:]) { environment, _ in
            let configuration = try Fixture.load(environment: environment)
            #expect(configuration.store == .sqlite && configuration.postgres.passwordFile == nil)
        }
    }
}
