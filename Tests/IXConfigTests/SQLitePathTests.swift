import Foundation
import IXConfig
import Testing

@Suite struct SQLitePathTests {
    private typealias Fixture = ConfigurationFixture

    private func path(
        _ environment: [String: String] = Fixture.home, _ toml: String? = nil, installed: String = "/nonexistent"
    ) throws -> String? {
        let configuration = try Fixture.load(toml, environment: environment, installed: installed)
        let entry = Fixture.entry("sqlite.path", in: configuration)
        #expect(entry?.contains(" \(configuration.sqlite.path) ") == true)
        return entry
    }

    @Test func `a path that is configured is taken as it is`() throws {
        let entry = try path(Fixture.home, "sqlite.path = \"/srv/q.db\"", installed: "/tmp")
        #expect(entry == "sqlite.path = /srv/q.db (FILE:1)")
        let variable = try path(["HOME": "/c", "IX_SQLITE_PATH": "/v.db"])
        #expect(variable == "sqlite.path = /v.db (environment IX_SQLITE_PATH)")
    }

    @Test func `a relative path is one from where the program was started`() throws {
        let here = FileManager.default.currentDirectoryPath
        let entry = try path(["HOME": "/c", "IX_SQLITE_PATH": "q.db"])
        #expect(entry == "sqlite.path = \(here)/q.db (environment IX_SQLITE_PATH)")
    }

    @Test func `else it lies in the state directory that somebody named`() throws {
        #expect(
            try path(Fixture.home, "worker.state_directory = \"/d\"", installed: "/tmp")
                == "sqlite.path = /d/jobs.db (FILE:1)")
        #expect(
            try path(["STATE_DIRECTORY": "/s"], installed: "/tmp")
                == "sqlite.path = /s/jobs.db (environment STATE_DIRECTORY)")
    }

    @Test func `else in the installed daemon's directory, for those who may write there`() throws {
        #expect(try path(installed: "/tmp") == "sqlite.path = /tmp/jobs.db (default)")
        #expect(try path() == "sqlite.path = /home/ada/.local/state/ix-worker/jobs.db (default)")
    }
}
