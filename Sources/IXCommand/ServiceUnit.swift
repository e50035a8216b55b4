import Glibc
import IXCore

/// `ServiceUnit` holds the [Service] settings of the installed unit: the unit's file and its drop-ins, read by
/// systemd's rules.
///
/// The unit's files are read, and the service manager isn't asked, so that a command also works without a running
/// service manager (in a container, for example).
package struct ServiceUnit: Sendable, Equatable {
    /// One line of the unit's section [Service].
    package struct Setting: Sendable, Equatable {
        /// The name before the equals sign, such as `ExecStart`.
        package let key: String
        /// The text after the equals sign, without blanks at both ends.
        package let value: String
    }

    /// All lines of [Service], the unit's file first and then its drop-ins, in the order in which systemd applies the
    /// lines.
    package let settings: [Setting]

    /// The directories of units, from the strongest to the weakest.
    package static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/lib/systemd/system",
        "/usr/lib/systemd/system",
    ]

    /// Returns the unit `name` of this host; nil when no unit is installed, or when an administrator has masked the
    /// unit.
    package static func installed(
        _ name: String = "ix-worker.service", in folders: [String] = Self.folders
    ) -> ServiceUnit? {
        let paths = folders.map { "\($0)/\(name)" }
        guard let path = paths.first(where: { access($0, F_OK) == 0 }), let text = text(of: path), !text.isEmpty
        else { return nil }
        return ServiceUnit([text] + dropIns(of: name, in: folders).compactMap(Self.text))
    }

    init(_ texts: [String]) { settings = texts.flatMap(Self.settings) }

    /// The last value of the key; nil when there is none.
    package func last(_ key: String) -> String? { all(key).last }

    /// Returns the values of a key that may appear several times; an empty value removes the values before the empty
    /// value.
    package func all(_ key: String) -> [String] {
        let values = settings.filter { $0.key == key }.map(\.value)
        return Array(values[(values.lastIndex(of: "").map { $0 + 1 } ?? 0)...])
    }

    /// The program of `ExecStart` and its arguments; empty when the unit starts no program.
    var command: [String] {
        let words = UnitText.words(all("ExecStart").last ?? "")
        guard let program = words.first else { return [] }
        // The characters before the path say how systemd runs the program (`-` ignores a failure, for example).
        return [String(program.drop { "@-:+!".contains($0) })] + words.dropFirst()
    }

    /// The options `--config FILE` and `--set KEY=VALUE` of the unit's command line.
    package var options: [String] {
        var (found, rest) = ([String](), command.dropFirst())
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, ["--config", "--set"].contains(name),
                let value = parts.count > 1 ? parts[1] : rest.popFirst()
            else { continue }
            found += [name, value]
        }
        return found
    }

    /// Returns the paths of the drop-ins, sorted by name; of two drop-ins with an equal name, the drop-in in the
    /// stronger folder counts.
    private static func dropIns(of name: String, in folders: [String]) -> [String] {
        var paths: [String: String] = [:]
        for folder in folders.reversed() {
            for file in FolderNames.readable("\(folder)/\(name).d") where file.hasSuffix(".conf") {
                paths[file] = "\(folder)/\(name).d/\(file)"
            }
        }
        return paths.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func settings(_ text: String) -> [Setting] {
        var isService = false
        var found: [Setting] = []
        for line in UnitText.lines(text) {
            if line.hasPrefix("[") {
                isService = line == "[Service]"
            } else if isService, let equals = line.firstIndex(of: "=") {
                let value = line[line.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
                found.append(Setting(key: UnitText.trimmed(line[..<equals]), value: UnitText.trimmed(value)))
            }
        }
        return found
    }

    /// Returns the first megabyte of a file, about 1 MiB; nil when the file can't be opened.
    static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while bytes.count < 1 << 20 {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
