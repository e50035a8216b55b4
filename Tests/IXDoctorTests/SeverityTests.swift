import IXCommand
import Testing

@testable import IXDoctor

/// The severity of figures, without a server or daemon.
@Suite struct SeverityTests {
    @Test func `a clock's skew counts beyond what the question itself took`() {
        #expect(ClockCheck.finding(0.2, doubt: 0).severity == .ok)
        #expect(ClockCheck.finding(-5, doubt: 0.1).severity == .warning)
        #expect(ClockCheck.finding(5, doubt: 4).severity == .ok)
        let fault = ClockCheck.finding(-90, doubt: 0.1)
        #expect(
            fault.severity == .fault && fault.text == "90.0 s behind the database's" && fault.exit == .configuration)
    }

    @Test func `dead rows count when they are many beside the living`() {
        func severity(_ live: Int, _ dead: Int, isOn: Bool = true) -> Finding.Severity {
            VacuumCheck.finding(["live": "\(live)", "dead": "\(dead)"], isOn: isOn).severity
        }
        #expect(severity(1_000_000, 200_000) == .ok)
        #expect(severity(100, 90_000) == .ok)
        #expect(severity(100_000, 200_000) == .warning)
        #expect(severity(0, 0, isOn: false) == .fault)
    }

    @Test func `a holder of the xmin horizon is named, with what to do about its kind`() {
        let held = XminHorizonCheck.finding(["kind": "transaction", "name": "pid 7", "age": "9", "seconds": "400.2"])
        #expect(held.text == "transaction pid 7 holds the xmin horizon for 400 s, 9 transactions back")
        #expect(held.advice?.contains("pg_terminate_backend") == true)
        let slot = XminHorizonCheck.finding(["kind": "replication slot", "name": "old", "age": "9"])
        #expect(slot.advice?.contains("pg_drop_replication_slot") == true)
    }

    @Test func `a unit that failed, is off, or isn't watched is told of`() {
        func severities(_ changes: [String: String]) -> [Finding.Severity] {
            let well = [
                "LoadState": "loaded", "ActiveState": "active", "Type": "notify", "WatchdogUSec": "1min",
                "NRestarts": "0",
            ]
            return ServiceCheck.findings("ix-worker.service", well.merging(changes) { $1 }).map(\.severity)
        }
        #expect(severities([:]) == [.ok, .ok])
        #expect(severities(["ActiveState": "failed"]) == [.fault])
        #expect(severities(["ActiveState": "inactive"]) == [.warning])
        #expect(severities(["NRestarts": "3"]) == [.ok, .warning, .ok])
        #expect(severities(["WatchdogUSec": "infinity"]) == [.ok, .warning])
        #expect(severities(["Type": "simple"]) == [.ok, .warning])
        #expect(severities(["LoadState": "not-found"]) == [.warning])
    }

    @Test func `a finding is one line, its advice another, and JSON holds the same`() {
        let finding = Finding.warning("disk", "two\nlines", "make \"room\"")
        #expect(finding.line == "warning  disk: two lines\n         → make \"room\"")
        #expect(
            finding.json
                == #"{"severity":"warning","subject":"disk","text":"two\nlines","advice":"make \"room\""}"#)
    }
}
