import IXConfig
import IXCore
import IXSchedules
import Testing

@Suite struct ScheduleTableTests {
    private typealias Fixture = ConfigurationFixture

    private static let whole = """
        [schedules.nightly]
        use_case = "report"
        request = '{"context": {"n": 1.50}}'
        cron = "30 2 * * *"
        time_zone = "Europe/Berlin"
        callback_url = "https://shop.example/done"
        queue = "reports"
        group_key = "acme"
        priority = -3
        max_attempts = 5
        missed = "skip"
        missed_within_seconds = 60
        overlap = "replace"
        starts_at = "2026-01-01"
        ends_at = "2027-01-01T00:00:00Z"
        [schedules."a b"]
        use_case = "ping"
        every_seconds = 900
        """

    @Test func `every key of a schedule arrives, with its file`() throws {
        let schedules = try Fixture.load(Self.whole).schedules
        #expect(schedules.map(\.name) == ["a b", "nightly"] && schedules[0].definition.everySeconds == 900)
        let one = schedules[1].definition
        #expect(one.request == #"{"context": {"n": 1.50},"use_case":"report"}"# || one.request.contains("1.50"))
        #expect(one.ruleText == "30 2 * * * Europe/Berlin" && one.queue == "reports" && one.groupKey == "acme")
        #expect(one.priority == -3 && one.maxAttempts == 5 && one.missed == .skip && one.missedWithin == 60)
        #expect(one.overlap == .replace && one.startsAt?.text == "2026-01-01T00:00:00.000000Z" && one.endsAt != nil)
        #expect(schedules[1].file.hasSuffix(".toml"))
    }

    @Test(arguments: [
        ("use_case = \"u\"\ncron = \"0 0 30 2 *\"", "3: schedules.n.cron: never fires: no month of 2 has a day 30"),
        ("use_case = \"u\"\nevery_seconds = 0", "3: schedules.n.every_seconds: must be 1…315360000 seconds, is 0"),
        ("use_case = \"u\"\nmissed = \"all\"", "3: schedules.n.missed: must be last or skip, is \"all\""),
        ("use_case = \"u\"\ncron = \"@daily\"\nrequest = '[]'", "4: schedules.n.request: is not a JSON object"),
        ("cron = \"@daily\"", "1: schedules.n: use_case: is missing"),
        ("use_case = \"u\"", "1: schedules.n: cron: is missing; a schedule has cron or every_seconds"),
        ("use_case = \"u\"\ncrom = \"@daily\"", "3: schedules.n.crom: unknown key; did you mean cron?"),
        (
            "use_case = \"u\"\ncron = \"@daily\"\nevery_seconds = 5",
            "4: schedules.n.every_seconds: is given beside cron; a schedule has one of both"
        ),
    ])
    func `a schedule that doesn't do is refused with its line`(_ rest: String, _ fault: String) throws {
        #expect(try Fixture.faults("[schedules.n]\n\(rest)") == ["FILE:\(fault)"])
    }

    @Test func `a schedule that differs takes effect on a reload`() throws {
        let (old, new) = (
            try Fixture.load(Self.whole), try Fixture.load("[schedules.x]\nuse_case = \"u\"\ncron = \"@daily\"\n")
        )
        #expect(old.keysTakingEffect(in: new) == ["schedules.\"a b\"", "schedules.nightly", "schedules.x"])
    }
}
