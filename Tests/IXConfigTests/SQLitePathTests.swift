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

    @Test func `a home is written out, in every path that is configured`() throws {
        #expect(
            try path(Fixture.home, "sqlite.path = \"~/q.db\"") == "sqlite.path = /home/ada/q.db (FILE:1)")
        let keys = [
            "worker.state_directory", "postgres.password_file", "postgres.passfile", "callback.ca_file", "sqlite.path",
        ]
        for key in keys {
            let configuration = try Fixture.load(flags: [(key, "~/x")])
            #expect(Fixture.entry(key, in: configuration) == "\(key) = /home/ada/x (flag)")
            #expect(try Fixture.faults(environment: [:], flags: [(key, "~/x")]).first?.contains("HOME") == true)
            #expect(try Fixture.faults(flags: [(key, "~ada/x")]).first?.contains("home directory") == true)
        }
    }

    @Test(arguments: [":memory:", "file:q.db", "file:///q.db?mode=memory"])
    func `what SQLite would take for something else than a file is refused`(_ path: String) throws {
        let faults = try Fixture.faults(environment: ["HOME": "/c", "IX_SQLITE_PATH": path])
        #expect(faults.count == 1 && faults[0].contains("sqlite.path: must be the path of a file"))
    }
}
