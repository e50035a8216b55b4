import Testing

@testable import IXDoctor

@Suite struct SchedulesCheckTests {
    @Test func `a schedule that can insert no job is named with the reason, one that no daemon fires with its time`() {
        let findings = SchedulesCheck.findings([
            ["name": "never", "reason": "cron: never fires: no month of 2 has a day 30"],
            ["name": "late", "minutes": "7"],
            ["name": "filed", "reason": "queue: there is no queue mail", "file": "/etc/ix-worker/ix-worker.toml"],
        ])
        let texts = findings.map { "\($0)" }.joined(separator: "\n")
        #expect(findings.count == 3 && findings.allSatisfy { $0.severity == .warning })
        #expect(texts.contains("schedule never is paused, because it can insert no job: cron: never fires"), "\(texts)")
        #expect(texts.contains("schedule late is 7 min late, and no daemon has fired it"), "\(texts)")
        #expect(texts.contains("change schedules.filed in /etc/ix-worker/ix-worker.toml"), "\(texts)")
    }
}
