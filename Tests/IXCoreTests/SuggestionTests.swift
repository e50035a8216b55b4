import Testing

@testable import IXCore

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("", "", 0), ("count", "count", 0), ("count", "", 5), ("cuont", "count", 1), ("cont", "count", 1),
        ("counts", "count", 1), ("kitten", "sitting", 3), ("COUNT", "count", 0), ("ca", "abc", 3),
    ])
    func `the distance counts letters to insert, drop, replace or swap`(_ left: String, _ right: String, _ steps: Int) {
        #expect(Suggestion.distance(left, right) == steps)
        #expect(Suggestion.distance(right, left) == steps)
    }

    @Test func `the nearest name is suggested, and none when all are far`() {
        let names = ["poll_seconds", "grace_seconds", "lease_seconds", "url"]
        #expect(Suggestion.nearest(to: "pol_second", among: names) == "poll_seconds")
        #expect(Suggestion.nearest(to: "leace_seconds", among: names) == "lease_seconds")
        #expect(Suggestion.nearest(to: "ulr", among: names) == "url")
        #expect(Suggestion.nearest(to: "dsn", among: names) == nil)
        #expect(Suggestion.nearest(to: "x", among: []) == nil)
        #expect(Suggestion.nearest(to: "grace", among: names) == "grace_seconds")
        #expect(Suggestion.nearest(to: "poll", among: names + ["poll_jobs"]) == nil)
    }
}
