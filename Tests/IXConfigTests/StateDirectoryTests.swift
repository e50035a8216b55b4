import IXConfig
import Testing

@Suite struct StateDirectoryTests {
    private typealias Fixture = ConfigurationFixture

    private func entry(_ environment: [String: String], _ toml: String? = nil) throws -> String {
        let configuration = try Fixture.load(toml, environment: environment)
        let entry = try #require(Fixture.entry("worker.state_directory", in: configuration))
        #expect(entry.contains(" \(configuration.worker.stateDirectory) "))
        return entry
    }

    @Test func `a directory that is configured is taken as it is`() throws {
        let variables = ["STATE_DIRECTORY": "/a", "XDG_STATE_HOME": "/b", "HOME": "/c"]
        let entry = try entry(variables, "worker.state_directory = \"/d\"")
        #expect(entry == "worker.state_directory = /d (FILE:1)")
    }

    @Test func `systemd's directory comes first, and the first of several`() throws {
        let entry = try entry(["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/b", "HOME": "/c"])
        #expect(entry == "worker.state_directory = /var/lib/a (environment STATE_DIRECTORY)")
    }

    @Test func `the user's state home comes next`() throws {
        let entry = try entry(["STATE_DIRECTORY": "", "XDG_STATE_HOME": "/b", "HOME": "/c"])
        #expect(entry == "worker.state_directory = /b/ix-worker (environment XDG_STATE_HOME)")
    }

    @Test func `then the place under the home directory`() throws {
        let entry = try entry(["XDG_STATE_HOME": "relative", "HOME": "/c"])
        #expect(entry == "worker.state_directory = /c/.local/state/ix-worker (default)")
    }

    @Test func `a process without a home uses the system's place`() throws {
        #expect(try entry([:]) == "worker.state_directory = /var/lib/ix-worker (default)")
    }
}
