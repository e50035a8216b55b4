import Foundation
import IXConfig
import Testing

/// The files of `conf.d` beside the configuration's own.
@Suite struct FolderTests {
    /// A folder with `ix-worker.toml` and the files of its `conf.d`, by name; reasons name it `DIR`.
    private func with<Value>(
        _ main: String?, _ files: [String: String], _ body: (String) throws -> Value
    ) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ix-folder-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "conf.d"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // ignored: a leftover folder does no harm
        try main?.write(to: folder.appending(path: "ix-worker.toml"), atomically: true, encoding: .utf8)
        for (name, text) in files {
            try text.write(to: folder.appending(path: "conf.d/" + name), atomically: true, encoding: .utf8)
        }
        return try body(folder.path)
    }

    private func load(_ folder: String) throws -> Configuration {
        try Configuration.load(
            environment: ["HOME": "/home/ada"], standardFile: folder + "/ix-worker.toml",
            installedDirectory: "/nonexistent")
    }

    private func faults(_ main: String?, _ files: [String: String]) throws -> [String] {
        try with(main, files) { folder in
            do {
                _ = try load(folder)
                return []
            } catch let error as ConfigurationError {
                return error.faults.map { $0.description.replacingOccurrences(of: folder, with: "DIR") }
            }
        }
    }

    @Test func `each file adds its pipeline, and says where each value stands`() throws {
        let files = [
            "b.toml": "[pipelines.two]\nkind = \"echo\"\n",
            "a.toml": "\n[pipelines.one]\nkind = \"echo\"\ntimeout_seconds = 7\n",
        ]
        try with("[worker]\ncount = 3\n", files) { folder in
            let configuration = try load(folder)
            #expect(configuration.pipelines.keys.sorted() == ["one", "two"] && configuration.worker.count == 3)
            #expect(
                configuration.files == ["ix-worker.toml", "conf.d/a.toml", "conf.d/b.toml"].map { "\(folder)/\($0)" })
            let entry = configuration.effective.first { $0.key == "pipelines.one.timeout_seconds" }
            #expect(entry?.origin == .file(path: folder + "/conf.d/a.toml", line: 4))
        }
    }

    @Test func `the folder is read where there is no other file`() throws {
        try with(nil, ["a.toml": "[worker]\ncount = 2\n"]) { folder in
            let configuration = try load(folder)
            #expect(configuration.worker.count == 2 && configuration.files == [folder + "/conf.d/a.toml"])
        }
    }

    @Test func `only names that end in .toml and begin without a dot are read`() throws {
        let bad = "nonsense"
        let files = ["a.toml~": bad, "a.toml.dpkg-old": bad, ".a.toml": bad, "README": bad]
        #expect(try faults(nil, files) == [])
    }

    @Test func `a key in two files is refused, and both files are named`() throws {
        #expect(
            try faults("[worker]\ncount = 2\n", ["a.toml": "[worker]\nbatch = 2\ncount = 2\n"]) == [
                "DIR/conf.d/a.toml:3: worker.count: is already set in DIR/ix-worker.toml:2"
            ])
        let worker = "[worker]\ncount = 2\n"
        #expect(
            try faults(nil, ["a.toml": worker, "b.toml": worker]) == [
                "DIR/conf.d/b.toml:2: worker.count: is already set in DIR/conf.d/a.toml:2"
            ])
    }

    @Test func `a pipeline in two files is refused, and both files are named`() throws {
        let one = "[pipelines.one]\nkind = \"echo\"\n"
        #expect(
            try faults(one, ["a.toml": "# mine\n" + one]) == [
                "DIR/conf.d/a.toml:2: pipelines.one: is already set in DIR/ix-worker.toml:1"
            ])
    }

    @Test func `every fault of every file is told, file by file`() throws {
        let found = try faults(
            "[worker]\ncuont = 1\n",
            ["b.toml": "[pipelines.one]\nkind = \"exce\"\n", "a.toml": "[worker\n", "c.toml": "[log]\nlevel = 3\n"])
        #expect(found.count == 4, "\(found)")
        #expect(
            found.map { $0.prefix { $0 != " " } } == [
                "DIR/ix-worker.toml:2:", "DIR/conf.d/a.toml:1:", "DIR/conf.d/b.toml:2:", "DIR/conf.d/c.toml:2:",
            ])
    }

    @Test func `a file that can't be read is a fault, and so is a folder in its place`() throws {
        try with(nil, [:]) { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/conf.d/a.toml", withIntermediateDirectories: false)
            #expect(throws: ConfigurationError.self) { try load(folder) }
        }
    }

    @Test func `what is said a second time in one file is told with both lines`() throws {
        #expect(
            try faults("[worker]\ncount = 2\n\n[log]\n[worker]\nbatch = 2\n", [:]).first?.hasSuffix(
                "; first defined in line 1") == true)
        #expect(
            try faults("[worker]\ncount = 2\ncount = 3\n", [:]).first?.hasSuffix("; first defined in line 2")
                == true)
    }
}
