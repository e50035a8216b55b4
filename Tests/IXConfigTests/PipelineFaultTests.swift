import IXConfig
import Testing

@Suite struct PipelineFaultTests {
    private typealias Fixture = ConfigurationFixture

    @Test(arguments: [
        ("command = []", "command: must not be empty"),
        ("command = [\"\"]", "command: item 1 must not be empty"),
        ("command = \"run\"", "command: must be a list of texts, is \"run\""),
        ("command = [\"run\", 3]", "command: item 2 must be text, is 3"),
        ("command = [\"run\"]\ntimeout_seconds = 0", "timeout_seconds: must be 0.05…604800 seconds, is 0"),
        ("command = [\"run\"]\ntimeout_seconds = -1.5", "timeout_seconds: must be 0.05…604800 seconds, is -1.5"),
        ("command = [\"run\"]\nmemory_mib = -1", "memory_mib: must be 0…16777216, is -1"),
        ("command = [\"run\"]\nmemory_mib = 1.5", "memory_mib: must be 0…16777216, is 1.5"),
        (
            "command = [\"run\"]\nretry_on = 3",
            "retry_on: must be a list of error codes, exit:STATUS and *, is 3"
        ),
        ("command = [\"run\"]\nretry_on = [\"exit:0\"]", "retry_on: item 1 must be exit:1 to exit:255, is \"exit:0\""),
        (
            "command = [\"run\"]\nretry_on = [\"timeout\", \"cancelled\"]",
            "retry_on: item 2 must be an error that can be retried, is \"cancelled\""
        ),
        (
            "command = [\"run\"]\nretry_on = [\"\"]",
            "retry_on: item 1 must be an error code of 1 to 255 bytes, exit:STATUS or *, is \"\""
        ),
        ("command = [\"run\"]\nretry_on = []\nretry_starts = 2", "retry_starts: has no effect with retry_on = []"),
        ("command = [\"run\"]\nenvironment = [\"A=b\"]", "environment: must be a table of texts, is a list"),
        ("command = [\"run\"]\nenvironment = { A = 1 }", "environment: A must be text, is an integer"),
        (
            "command = [\"run\"]\nenvironment = { \"A=B\" = \"\" }",
            "environment: \"A=B\" is not the name of an environment variable"
        ),
        (
            "command = [\"run\"]\npass_environment = [\"\"]",
            "pass_environment: \"\" is not the name of an environment variable"
        ),
        ("command = [\"run\"]\ncomand = [\"run\"]", "comand: unknown key; did you mean command?"),
        ("command = [\"run\"]\nurl = \"http://a\"", "url: unknown key for kind exec, known for http"),
    ])
    func `a key of a program's pipeline that doesn't do is refused`(_ rest: String, _ fault: String) throws {
        let line = rest.split(separator: "\n").count + 2
        let faults = try Fixture.faults("[pipelines.extract]\nkind = \"exec\"\n\(rest)")
        #expect(faults == ["FILE:\(line): pipelines.extract.\(fault)"])
    }

    @Test(arguments: ["echo", "sleep", "fail"])
    func `a key of another kind is refused`(_ kind: String) throws {
        let faults = try Fixture.faults("[pipelines.a]\nkind = \"\(kind)\"\ncommand = [\"run\"]\nmemory = 1")
        #expect(
            faults == [
                "FILE:3: pipelines.a.command: unknown key for kind \(kind), known for exec, worker",
                "FILE:4: pipelines.a.memory: unknown key",
            ])
    }

    @Test(arguments: [
        ("[pipelines.a]\nkind = \"exec\"", "FILE:1: pipelines.a: command is missing, which kind exec needs"),
        ("[pipelines.a]", "FILE:1: pipelines.a: kind is missing: exec, worker, http, swift, echo, sleep or fail"),
        (
            "[pipelines.a]\nkind = \"shell\"",
            "FILE:2: pipelines.a.kind: must be exec, worker, http, swift, echo, sleep or fail, is \"shell\""
        ),
        ("[pipelines.a]\nkind = \"http\"", "FILE:1: pipelines.a: url is missing, which kind http needs"),
        ("[pipelines.a]\nkind = \"worker\"", "FILE:1: pipelines.a: command is missing, which kind worker needs"),
        (
            "[pipelines.a]\nkind = 1",
            "FILE:2: pipelines.a.kind: must be exec, worker, http, swift, echo, sleep or fail, is 1"
        ),
        ("pipelines = 1", "FILE:1: pipelines: must be a table, is an integer"),
        ("[pipelines]\na = \"echo\"", "FILE:2: pipelines.a: must be a table, is text"),
        ("[[pipelines.a]]\nkind = \"echo\"", "FILE:1: pipelines.a: must be a table, is a list"),
    ])
    func `a table that isn't a pipeline is refused`(_ toml: String, _ fault: String) throws {
        #expect(try Fixture.faults(toml) == [fault])
    }

    @Test(arguments: [
        ("\"\"", "\"\"", "is empty"), ("\"a\\tb\"", "\"a\\tb\"", "holds a control character"),
        (String(repeating: "x", count: 256), String(repeating: "x", count: 256), "over 255 bytes"),
    ])
    func `a name that no use case can have is refused`(_ name: String, _ shown: String, _ reason: String) throws {
        let fault = try #require(try Fixture.faults("[pipelines.\(name)]\nkind = \"echo\"").first)
        #expect(fault.hasSuffix(": pipelines.\(shown): the name \(reason)"))
    }

    @Test func `a name of 255 bytes is taken`() throws {
        let name = String(repeating: "x", count: 255)
        #expect(try Fixture.load("[pipelines.\(name)]\nkind = \"echo\"").pipelines.keys.first == name)
    }
}
