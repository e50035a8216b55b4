import IXCore

/// Units and their journal.
extension BootedSystemd {
    /// Installs a unit file, or with `dropIn` a drop-in for it, and has systemd read it.
    package func install(_ unit: String, _ text: String, dropIn: String? = nil) async throws {
        let file = dropIn.map { "\(unit).d/\($0).conf" } ?? unit
        try await write(text, to: "/etc/systemd/system/" + file)
        try await must("systemctl", "daemon-reload")
    }

    /// Returns when systemd counts it as started (with Type=notify: when it is ready), or at once unless `waiting`.
    package func start(_ unit: String, waiting: Bool = true) async throws {
        if waiting {
            try await must("systemctl", "start", unit)
        } else {
            try await must("systemctl", "start", "--no-block", unit)
        }
    }

    /// Returns when it has stopped.
    package func stop(_ unit: String) async throws { try await must("systemctl", "stop", unit) }

    package func reload(_ unit: String) async throws { try await must("systemctl", "reload", unit) }

    /// Signals the unit's main process.
    package func kill(_ unit: String, _ signal: String) async throws {
        try await must("systemctl", "kill", "--kill-whom=main", "--signal=\(signal)", unit)
    }

    /// What `systemctl show` says: ActiveState, SubState, NRestarts, ExecMainStatus, Result, …
    package func property(_ unit: String, _ name: String) async throws -> String {
        try await must("systemctl", "show", "--property=\(name)", "--value", unit).text
    }

    /// What the daemon last said by STATUS=.
    package func statusText(_ unit: String) async throws -> String { try await property(unit, "StatusText") }

    package func wait(
        _ unit: String, _ name: String, _ value: String, within limit: Duration = .seconds(20)
    ) async throws {
        var last = ""
        let isMet = try await eventually(within: limit) {
            last = try await property(unit, name)
            return last == value
        }
        guard isMet else { throw TestFailure("\(unit) \(name) is \(last), not \(value)\n" + (try await log(unit))) }
    }

    /// The entries that match (`FIELD=value`, as journalctl takes them), oldest first, each field as journald keeps it.
    /// A field that holds bytes or several values is JSON text.
    package func journal(_ matches: [String] = []) async throws -> [[String: String]] {
        try await must("journalctl", "--sync")
        let output = try await run(["journalctl", "--quiet", "--all", "--output=json"] + matches)
        return try output.lines.filter { $0.hasPrefix("{") }.map { line in
            let entry = try JSONDocument(response: line)
            let pairs = entry.names.map { ($0, entry[$0]?.string ?? entry[$0]?.text ?? "") }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// Waits for an entry that matches; the first of them.
    @discardableResult
    package func waitForJournal(
        _ matches: [String], within limit: Duration = .seconds(20)
    ) async throws -> [String: String] {
        var found: [String: String]?
        _ = try await eventually(within: limit) {
            found = try await journal(matches).first
            return found != nil
        }
        guard let found else { throw TestFailure("no entry \(matches) in the journal within \(limit)") }
        return found
    }

    /// The unit's messages, for a failed test to show.
    package func log(_ unit: String) async throws -> String {
        try await run(["journalctl", "--quiet", "--output=cat", "--unit=\(unit)", "--lines=30"]).text
    }
}
