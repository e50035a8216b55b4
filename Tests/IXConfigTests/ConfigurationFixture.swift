import Foundation
import IXConfig

/// Loads a configuration from a text, as if it stood in a file; reasons name that file `FILE`.
enum ConfigurationFixture {
    static let home = ["HOME": "/home/ada"]
    static let nowhere = "/nonexistent/ix-worker.toml"

    static func load(
        _ toml: String? = nil, environment: [String: String] = home, flags: [(key: String, value: String)] = [],
        installed: String = "/nonexistent"
    ) throws -> Configuration {
        guard let toml else {
            return try Configuration.load(
                environment: environment, overrides: flags, standardFile: nowhere, installedDirectory: installed)
        }
        return try withFile(Data(toml.utf8)) { path in
            try Configuration.load(
                file: path, environment: environment, overrides: flags, installedDirectory: installed)
        }
    }

    /// The faults as a reader sees them, empty when there is nothing wrong.
    static func faults(
        _ toml: String? = nil, environment: [String: String] = home, flags: [(key: String, value: String)] = []
    ) throws -> [String] {
        do {
            _ = try load(toml, environment: environment, flags: flags)
            return []
        } catch let error as ConfigurationError {
            return error.faults.map { anonymous($0.description) }
        }
    }

    static func withFile<Value>(_ bytes: Data, _ body: (String) throws -> Value) throws -> Value {
        let url = FileManager.default.temporaryDirectory.appending(path: "ix-config-\(UUID()).toml")
        try bytes.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }  // ignored: a leftover temporary file does no harm
        return try body(url.path)
    }

    static func entry(_ key: String, in configuration: Configuration) -> String? {
        configuration.effective.first { $0.key == key }.map { anonymous($0.description) }
    }

    private static func anonymous(_ text: String) -> String {
        guard let start = text.range(of: FileManager.default.temporaryDirectory.path),
            let end = text.range(of: ".toml", range: start.upperBound..<text.endIndex)
        else { return text }
        return text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "FILE")
    }
}
