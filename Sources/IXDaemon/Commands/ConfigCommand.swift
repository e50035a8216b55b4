import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show every value in effect and where it came from.",
        discussion: "Secrets are shown as *****.")

    @Flag(help: "Only what isn't at its default.")
    var changed = false

    @Flag(help: "One JSON object per key: key, value, origin.")
    var json = false

    @Flag(help: ArgumentHelp("Print the manual page ix-worker.toml(5).", visibility: .hidden))
    var manual = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if manual { return print(ConfigurationReference.manual(), terminator: "") }
        let environment = ProcessInfo.processInfo.environment
        let flags = (changed ? ["--changed"] : []) + (json ? ["--json"] : [])
        try ServiceRun.becomeIfService(options, environment, asking: ["config"] + flags)
        let configuration = try options.load(environment: environment)
        let entries = configuration.effective.filter { !changed || $0.origin != .standard }
        let width = entries.map(\.key.count).max() ?? 0
        for entry in entries { print(json ? Self.json(entry) : Self.text(entry, width)) }
    }

    private static func text(_ entry: ConfigurationEntry, _ width: Int) -> String {
        let key = entry.key + String(repeating: " ", count: width - entry.key.count)
        return "\(key) = \(entry.value.isEmpty ? "\"\"" : PrintedText.safe(entry.value))  (\(entry.origin))"
    }

    private static func json(_ entry: ConfigurationEntry) -> String {
        let pairs = [("key", entry.key), ("value", entry.value), ("origin", entry.origin.description)]
        return "{" + pairs.map { JSONString.encode($0.0) + ":" + JSONString.encode($0.1) }.joined(separator: ",") + "}"
    }
}
