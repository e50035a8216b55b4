import FoundationEssentials
import IXConfig
import Testing

@testable import IXDaemon

/// The commands for the next terminal lead to the daemon's own store and server.
@Suite struct FirstCommandsTests {
    private static let home = ["HOME": "/home/ann"]

    private static func lines(
        file: String? = nil, standard: String = "/nonexistent/ix-worker.toml", _ environment: [String: String] = home,
        _ overrides: [(key: String, value: String)] = []
    ) throws -> [String] {
        let configuration = try Configuration.load(
            file: file, environment: environment, overrides: overrides, standardFile: standard,
            installedDirectory: "/nonexistent")
        return FirstCommands(configuration).lines(address: "127.0.0.1:8791", token: "/state/http-token")
    }

    private static let job =
        #"First job:  echo '{"context": {"hello": "world"}}' | ixctl enqueue echo --request - --wait"#

    @Test func `options of the command line that name store or server are repeated`() throws {
        let set = [
            ("sqlite.path", "/data/my jobs.db"), ("http.listen", "127.0.0.1:9000"), ("worker.count", "2"),
        ]
        let lines = try Self.lines(Self.home, set)
        let store = " --set sqlite.path='/data/my jobs.db'"
        let server = #" --set http.listen='["127.0.0.1:9000"]'"#
        #expect(lines.dropFirst() == ["Dashboard:  ixctl open\(store)\(server)", Self.job + store])
    }

    @Test func `a state directory of the command line names the file in it`() throws {
        let lines = try Self.lines(Self.home, [("worker.state_directory", "/data/state")])
        #expect(lines.last == Self.job + " --set sqlite.path=/data/state/jobs.db")
    }

    @Test(arguments: ["IX_SQLITE_PATH", "IX_WORKER_STATE_DIRECTORY", "STATE_DIRECTORY", "XDG_STATE_HOME"])
    func `a store that a variable names gets no command that would open another`(_ variable: String) throws {
        let lines = try Self.lines(Self.home.merging([variable: "/data/state"]) { $1 })
        #expect(lines.count == 1 && lines[0].hasPrefix("HTTP API:"), "\(lines)")
    }

    @Test func `a variable that names the address is repeated for the dashboard alone`() throws {
        let lines = try Self.lines(Self.home.merging(["IX_HTTP_LISTEN": "127.0.0.1:9000"]) { $1 })
        let server = #" --set http.listen='["127.0.0.1:9000"]'"#
        #expect(lines.dropFirst() == ["Dashboard:  ixctl open\(server)", Self.job])
    }

    @Test func `a file of conf.d is no file of --config`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/first-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/conf.d", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // ignored: a leftover harms no test
        try Data("[worker]\ncount = 2\n".utf8).write(to: URL(filePath: folder + "/conf.d/10-count.toml"))
        let main = folder + "/ix-worker.toml"
        #expect(try Self.lines(standard: main).last == Self.job)
        try Data("[log]\nlevel = \"info\"\n".utf8).write(to: URL(filePath: main))
        #expect(try Self.lines(file: main).last == Self.job + " --config \(main)")
    }
}
