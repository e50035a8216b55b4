import IXCommand
import Testing

@testable import IXDoctor

/// What the doctor says of figures that no test's server shows in time.
@Suite struct FleetTests {
    @Test func `a number of bytes has its largest unit, and a decimal below ten`() {
        let texts = [0, 8 << 10, 712 << 10, 1023 << 10, 1 << 20, 1945 << 20, 1 << 34, 5 << 40, -1].map(ByteText.of)
        #expect(
            texts == [
                "0 KiB", "8 KiB", "712 KiB", "1023 KiB", "1.0 MiB", "1.9 GiB", "16 GiB", "5.0 TiB", "0 KiB",
            ])
    }

    @Test func `jobs that are kept for ever are told of when the tables are large, and not when any was deleted`() {
        func severities(_ bytes: Int, deleted: String) -> [Finding.Severity] {
            SizesCheck.findings([["name": "ix_jobs", "bytes": "\(bytes)", "is_empty": "f", "deleted": deleted]])
                .map(\.severity)
        }
        #expect(severities(1 << 30, deleted: "0") == [.ok, .ok])
        #expect(severities(10 << 30, deleted: "0") == [.ok, .ok, .warning])
        #expect(severities(10 << 30, deleted: "7") == [.ok, .ok])
    }

    @Test func `a table's line has size, growth and what cuts the table`() {
        let rows = [
            ["name": "ix_jobs", "bytes": "\(3 << 30)", "is_empty": "f", "daily": "\(1 << 28)", "deleted": "1"],
            ["name": "ix_audit", "bytes": "\(3 << 20)", "is_empty": "f", "daily": "\(1 << 20)"],
            ["name": "ix_levels", "bytes": "16384", "is_empty": "t"],
        ]
        #expect(
            SizesCheck.findings(rows).map(\.text) == [
                "ix_jobs takes 3.0 GiB, new jobs add 256 MiB a day; "
                    + "cut by: the prune duty, as [retention] says, or `ixctl prune`",
                "ix_audit takes 3.0 MiB, grows by 1.0 MiB a day; cut by: the prune duty, after 400 days",
                "3 tables take 3.0 GiB, and 1 of them are empty",
            ])
    }

    @Test func `a slot is told of when nothing reads it, its reader is far behind, or it has lost its WAL`() {
        func finding(_ changes: [String: String]) -> Finding {
            let well = [
                "name": "b", "type": "physical", "is_active": "t", "status": "reserved", "bytes": "16384",
                "bound": "-1",
            ]
            return SlotsCheck.finding(well.merging(changes) { $1 })
        }
        #expect(finding([:]).severity == .ok)
        #expect(finding([:]).text == "physical slot b keeps 16 KiB of WAL, and is read")
        let idle = finding(["is_active": "f"])
        #expect(idle.severity == .warning && idle.advice?.contains("max_slot_wal_keep_size") == true)
        #expect(finding(["is_active": "f", "bound": "1024"]).advice?.contains("max_slot_wal_keep_size") == false)
        #expect(finding(["bytes": "\(2 << 30)", "status": "extended"]).text.hasSuffix("its reader is that far behind"))
        #expect(finding(["status": "unreserved"]).text.contains("about to fall off"))
        #expect(finding(["status": "lost", "is_active": "f"]).text.contains("can't go on"))
    }

    @Test func `statistics count when the planner is wrong by far, or when they are old`() {
        func severity(_ pending: Int, _ expected: Int?, seconds: Int? = 60, changes: Int = 0) -> Finding.Severity {
            var row = ["pending": "\(pending)", "changes": "\(changes)", "live": "50000"]
            row["expected"] = expected.map(String.init)
            row["seconds"] = seconds.map(String.init)
            return StatisticsCheck.findings(row)[0].severity
        }
        #expect(severity(0, nil) == .ok)
        #expect(severity(999, nil) == .ok)
        #expect(severity(1_000, nil) == .warning)
        #expect(severity(5_000, 600) == .ok)
        #expect(severity(5_000, 400) == .warning)
        #expect(severity(10_000, 5_000_000) == .ok)
        // A queue that was just drained has its old statistics until autovacuum comes by.
        #expect(severity(3, 900_000, seconds: 60) == .ok)
        #expect(severity(3, 900_000, seconds: 3_600) == .warning)
        #expect(severity(3, 900_000, seconds: nil) == .warning)
        #expect(severity(3, 3, changes: 50_000) == .ok)
        #expect(severity(3, 3, changes: 200_000) == .warning)
    }

    @Test func `jobs of the far future are told of, infinity included`() {
        #expect(TimesCheck.findings(["jobs": "0"])[0].severity == .ok)
        let found = TimesCheck.findings(["jobs": "1000", "seconds": "Infinity", "clients": "acme"])[0]
        #expect(found.severity == .warning && found.text.hasPrefix("at least 1000 waiting jobs"))
    }

    @Test func `the state directory needs bytes, and inodes for each worker`() {
        func severity(_ free: Int, _ inodes: Int?) -> Finding.Severity {
            StateCheck.room("/s", free: free, inodes: inodes, workers: 50).severity
        }
        #expect(severity(1 << 30, 10_000) == .ok)
        #expect(severity(1 << 30, nil) == .ok)
        #expect(severity(63 << 20, 10_000) == .warning)
        #expect(severity(1 << 30, 149) == .warning)
        #expect(severity(1 << 30, 150) == .ok)
    }

    @Test func `a lease is compared with a failover by Patroni alone`() {
        func severities(_ row: [String: String], lease: Int = 30) -> [Finding.Severity] {
            FailoverCheck.findings(row, lease: lease).map(\.severity)
        }
        #expect(severities(["standbys": "0"]) == [])
        #expect(severities(["standbys": "2", "names": "*"]) == [.ok])
        #expect(severities(["standbys": "0", "is_patroni": "t"]) == [.ok, .warning])
        #expect(severities(["standbys": "2", "is_patroni": "t"], lease: 60) == [.ok])
        let asynchronous = FailoverCheck.findings(["standbys": "1", "names": ""], lease: 30)[0]
        #expect(asynchronous.text.contains("may lose the newest acknowledged jobs"))
    }
}
