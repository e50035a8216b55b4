import Foundation
import Testing

@testable import IXConfig

@Suite struct ReferenceTests {
    @Test func `the manual page has every key, and no line of a value is a request`() {
        let page = ConfigurationReference.manual()
        for key in ConfigurationKey.all { #expect(page.contains(".B \(key.name)\n"), "\(key.path)") }
        let requests: Set = ["TH", "SH", "TP", "B", "I", "br", "PP", "nf", "fi", "BR"]
        for line in page.split(separator: "\n") where line.hasPrefix(".") {
            #expect(requests.contains(String(line.dropFirst().prefix { $0 != " " })), "\(line)")
        }
    }

    private typealias Fixture = ConfigurationFixture

    private static let packaged = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Config/ix-worker.toml")

    /// The file with every key in force: a setting stands right behind its `#`, prose has a blank there.
    private func uncommented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? $0.dropFirst() : $0 }.joined(separator: "\n")
    }

    @Test func `the packaged file is the table of keys, byte for byte`() throws {
        #expect(try String(contentsOf: Self.packaged, encoding: .utf8) == ConfigurationReference.render())
    }

    /// With IX_WRITE_REFERENCE=1 both files are written anew instead.
    @Test func `the documented keys are the table of keys`() throws {
        let page = Self.packaged.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/configuration.md")
        if ProcessInfo.processInfo.environment["IX_WRITE_REFERENCE"] == "1" {
            try ConfigurationReference.markdown().write(to: page, atomically: true, encoding: .utf8)
            try ConfigurationReference.render().write(to: Self.packaged, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == ConfigurationReference.markdown())
    }

    @Test func `the packaged file as it stands changes nothing`() throws {
        #expect(try Fixture.load(ConfigurationReference.render()).effective == Fixture.load().effective)
    }

    @Test func `the packaged file with every key in force is the defaults`() throws {
        let defaults = try Fixture.load()
        let configuration = try Fixture.load(uncommented(ConfigurationReference.render()))
        #expect(configuration.store == .postgres && defaults.store == .sqlite)
        #expect(configuration.postgres == defaults.postgres)
        #expect(configuration.worker == defaults.worker)
        #expect(configuration.pipeline == defaults.pipeline)
        #expect(configuration.callback == defaults.callback)
        #expect(configuration.log == defaults.log)
        // The other kinds' tables leave out what the first one shows.
        let shown = configuration.effective.filter { entry in
            !["pipelines.extract-warm.", "pipelines.chat."].contains { entry.key.hasPrefix($0) }
        }
        let origins = shown.filter { !["worker.state_directory", "sqlite.path"].contains($0.key) }
            .map(\.origin)
        #expect(origins.allSatisfy { $0.line != nil })
    }

    @Test func `the example pipeline is complete and at its defaults`() throws {
        let configuration = try Fixture.load(uncommented(ConfigurationReference.render()))
        let command = "command = [\"/opt/extract/bin/extract\", \"--quiet\"]\n"
        let defaults = try Fixture.load(
            "[pipelines.extract]\nkind = \"exec\"\n" + command + "[pipelines.extract-warm]\nkind = \"worker\"\n"
                + command
                + "[pipelines.chat]\nkind = \"http\"\nurl = \"http://127.0.0.1:8080/jobs\"")
        #expect(configuration.pipelines == defaults.pipelines)
        let keys = configuration.effective.filter { $0.key.hasPrefix("pipelines.") }.map {
            $0.key.split(separator: ".")[2]
        }
        #expect(Set(keys).count == PipelineKey.all.count)
    }

    /// What README and docs show of a configuration.
    private static let snippets: [String] = {
        let root = packaged.deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "docs")
        // ignored: without pages there is no snippet, which the test below refuses
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let pages = [root.appending(path: "README.md")] + names.sorted().map { folder.appending(path: $0) }
        return pages.flatMap { page -> [String] in
            // ignored: likewise
            guard page.pathExtension == "md", let text = try? String(contentsOf: page, encoding: .utf8) else {
                return []
            }
            let parts = text.components(separatedBy: "```toml\n").dropFirst()
            return parts.compactMap { $0.components(separatedBy: "```").first }
        }
    }()

    @Test func `every snippet of the documentation may be appended to the packaged file`() throws {
        #expect(Self.snippets.count >= 8)
        for snippet in Self.snippets {
            let faults = try Fixture.faults(ConfigurationReference.render() + snippet)
            #expect(faults == [], "\(snippet)")
        }
    }

    @Test func `every table may be written anew at the end of the packaged file`() throws {
        for section in ConfigurationKey.sections.map(\.name) {
            #expect(try Fixture.faults(ConfigurationReference.render() + "[\(section)]\n") == [])
        }
    }

    @Test func `a line of the packaged file has at most 120 characters`() {
        let lines = ConfigurationReference.render().split(separator: "\n")
        #expect(lines.filter { $0.count > 120 } == [])
    }

    @Test(arguments: ConfigurationKey.all)
    func `every key is on the page with its variable and default`(_ key: ConfigurationKey) {
        let row = "| `\(key.name)` | `\(key.environmentName)` | `\(key.defaultText)` | \(key.doc)"
        #expect(ConfigurationReference.markdown().contains(row))
    }

    @Test func `every key of a pipeline is on the page`() {
        for key in PipelineKey.all { #expect(ConfigurationReference.markdown().contains("| `\(key.name)` | ")) }
    }

    @Test func `keys are unique, and so are their variables`() {
        #expect(Set(ConfigurationKey.all.map(\.path)).count == ConfigurationKey.all.count)
        #expect(Set(ConfigurationKey.all.map(\.environmentName)).count == ConfigurationKey.all.count)
    }

    @Test(arguments: ConfigurationKey.all)
    func `every key stands in a section, and its default passes its own check`(_ key: ConfigurationKey) throws {
        #expect(ConfigurationKey.sections.contains { $0.name == key.section })
        let text: String? =
            switch key.standard {
            case .text(let text): text
            case .secret(let secret): secret.text
            default: key.defaultText
            }
        #expect(try key.kind.read(text: text ?? "") == key.standard)
    }
}
