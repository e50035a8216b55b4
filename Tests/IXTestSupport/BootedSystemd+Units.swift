import IXCore

/// Operations on units and on the journal.
extension BootedSystemd {
    /// Installs a unit file, or with `dropIn` a drop-in of the unit, and reloads systemd's units.
    package func install(_ unit: String, _ text: String, dropIn: String? = nil) async throws {
        let file = dropIn.map { "\(unit).d/\($0).conf" } ?? unit
        try await write(text, to: "/etc/systemd/system/" + file)
        try await must("systemctl", "daemon-reload")
    }

    /// Starts the unit. Returns when systemd counts the unit as started; with Type=notify after READY=1. Without
    /// `waiting` the call returns at once.
    package func start(_ unit: String, waiting: Bool = true) async throws {
        if waiting {
            try await must("systemctl", "start", unit)
        } else {
            try await must("systemctl", "start", "--no-block", unit)
        }
    }

    /// Stops the unit; returns when the unit has stopped.
    package func stop(_ unit: String) async throws { try await must("systemctl", "stop", unit) }

    /// Runs the unit's ExecReload; returns when systemctl does.
    package func reload(_ unit: String) async throws { try await must("systemctl", "reload", unit) }

    /// Sends a signal to the unit's main process.
    package func kill(_ unit: String, _ signal: String) async throws {
        try await must("systemctl", "kill", "--kill-whom=main", "--signal=\(signal)", unit)
    }

    /// Returns a property of `systemctl show`: ActiveState, SubState, NRestarts, ExecMainStatus, Result, …
    package func property(_ unit: String, _ name: String) async throws -> String {
        try await must("systemctl", "show", "--property=\(name)", "--value", unit).text
    }

    /// Returns the text of the daemon's last STATUS=.
    package func statusText(_ unit: String) async throws -> String { try await property(unit, "StatusText") }

    /// Waits until the property has the value; the failure shows the unit's log.
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

    /// Returns the entries which match (`FIELD=value`, in journalctl's form), oldest first. Each field has journald's
    /// value. A field of bytes or several values is JSON text.
    package func journal(_ matches: [String] = []) async throws -> [[String: String]] {
        try await must("journalctl", "--sync")
        let output = try await run(["journalctl", "--quiet", "--all", "--output=json"] + matches)
        return try output.lines.filter { $0.hasPrefix("{") }.map { line in
            let entry = try JSONDocument(response: line)
            let pairs = entry.names.map { ($0, entry[$0]?.string ?? entry[$0]?.text ?? "") }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// Waits for an entry which matches, and returns the first.
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

    /// Returns the unit's last 30 messages, for the text of a failure.
    package func log(_ unit: String) async throws -> String {
        try await run(["journalctl", "--quiet", "--output=cat", "--unit=\(unit)", "--lines=30"]).text
    }
}
