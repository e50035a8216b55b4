import Logging
import Testing

@testable import IXTelemetry

struct SentenceTests {
    private static func text(_ template: String, _ fields: [String: String]) -> String? {
        Sentence(template).text { fields[$0] }
    }

    @Test func `a part in brackets stands only with all of its fields`() {
        let template = "job {job_id}[ ({use_case})] done[ in {seconds} s]"
        #expect(Self.text(template, ["job_id": "1"]) == "job 1 done")
        #expect(Self.text(template, ["job_id": "1", "use_case": "a"]) == "job 1 (a) done")
        #expect(Self.text(template, ["job_id": "1", "seconds": "2"]) == "job 1 done in 2 s")
    }

    @Test func `without a field that it needs there is no sentence`() {
        #expect(Self.text("job {job_id} done", [:]) == nil)
    }

    @Test func `an id is cut to eight characters, a value is never read as a template`() {
        #expect(
            Self.text("{job_id}: {reason}", ["job_id": "123456789", "reason": "{job_id}[x]"]) == "12345678: {job_id}[x]"
        )
    }

    @Test func `a line without the fields of its sentence has the constant message`() {
        #expect(LogLine(.jobDone, [:]).sentence == "job done")
        #expect(LogLine(.jobDone, ["job_id": "1"]).sentence == "job 1 done")
    }

    @Test(arguments: EventKind.all) func `each kind's sentence closes its braces and brackets`(kind: EventKind) {
        let sentence = kind.sentence
        #expect(!sentence.template.contains("[") && !sentence.template.contains("]"))
        #expect(sentence.fields.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } && !$0.isEmpty })
        let text = sentence.text { _ in "1" }
        #expect(text?.contains { "{}[]".contains($0) } == false)
    }
}
