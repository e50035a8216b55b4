import Foundation
import IXConfig
import Testing

@Suite struct FileTests {
    private typealias Fixture = ConfigurationFixture

    private func faults(at path: String) throws -> [String] {
        do {
            _ = try Configuration.load(file: path, environment: [:])
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func `a file that is named must exist`() throws {
        let path = Fixture.nowhere
        #expect(try faults(at: path) == ["\(path): can't be read: No such file or directory"])
    }

    @Test func `a directory is no file`() throws {
        #expect(try faults(at: "/tmp") == ["/tmp: can't be read: Is a directory"])
    }

    @Test func `a file without end is refused`() throws {
        #expect(try faults(at: "/dev/zero") == ["/dev/zero: can't be read: over 1048576 bytes"])
    }

    @Test func `an empty file changes nothing`() throws {
        #expect(try faults(at: "/dev/null").isEmpty)
        #expect(try Fixture.load("").effective == Fixture.load().effective)
    }

    @Test func `a standard file that can't be read is a fault, unlike a missing one`() throws {
        #expect(throws: ConfigurationError.self) {
            try Configuration.load(environment: [:], standardFile: "/tmp")
        }
        #expect(throws: Never.self) { try Configuration.load(environment: [:], standardFile: Fixture.nowhere) }
    }

    @Test func `a standard file that was read before must still be there`() throws {
        let first = try Fixture.withFile(Data("worker.count = 9".utf8)) { path in
            try Configuration.load(environment: [:], standardFile: path)
        }
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(known: first.files, environment: [:], standardFile: first.files[0])
        }
        #expect(error?.description == "\(first.files[0]): can't be read: No such file or directory")
        // One that comes later is read, and known from then on.
        #expect(try Configuration.load(environment: [:], standardFile: Fixture.nowhere).files == [])
    }

    @Test(arguments: [
        (
            "[worker]\ncount = 4\ncount = 5",
            "FILE:3: is not TOML: key-value pair: cannot redefine existing integer 'count'; first defined in line 2"
        ),
        ("[worker\ncount = 4", "FILE:1: is not TOML: table header: expected ']', saw '\\n'"),
        ("\n\nurl = postgres://ada:hush@db", "FILE:3: is not TOML: holds a character that must be inside quotes"),
        ("a = 1\n[é]\n", "FILE:2: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("[\na]\n", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("[ \t", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        (
            "a = 1\nb = [\u{85}1]\n",
            "FILE:2: is not TOML: holds a character that must be inside quotes"
        ),
        ("a\u{B} = 1\n", "FILE:1: is not TOML: holds a character that must be inside quotes"),
        ("a = 07:32", "FILE:1: is not TOML: holds a character that must be inside quotes"),
        ("a = [\n}]\n", "FILE:2: is not TOML: holds a character that must be inside quotes"),
        ("[]", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("[[.a]]", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("[ [a]]", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("[[[a]]]", "FILE:1: is not TOML: a table's name must begin with a letter, a digit, _, - or a quote"),
        ("worker.count = 99999999999999999999", "FILE:1: is not TOML: a number is out of range"),
    ])
    func `what isn't TOML is refused with its line`(_ toml: String, _ fault: String) throws {
        #expect(try Fixture.faults(toml) == [fault])
    }

    @Test func `what looks like such a header inside a text or a list is none`() throws {
        let toml =
            "[pipelines.x]\nkind = 'exec'\ncommand = [\n  'a', # [é]\n  \"\"\"\n[é]\n\"\"\",\n]\nenvironment = { A = \"[.\" }\n"
        #expect(try Fixture.faults(toml) == [])
    }

    @Test func `the rest is still checked when the file isn't TOML`() throws {
        let faults = try Fixture.faults("=", environment: ["IX_WORKER_COUNT": "0"])
        #expect(faults.count == 2)
        #expect(faults.last == "environment IX_WORKER_COUNT: worker.count: must be 1…1000, is 0")
    }

    @Test(arguments: ["\u{0}", "\\u0000", "\\U00000000"])
    func `a NUL character is refused with its line, since texts would end there`(_ nul: String) throws {
        #expect(try Fixture.faults("[worker]\r\ninstance = \"a\(nul)b\"") == ["FILE:2: holds a NUL character"])
    }

    @Test func `bytes that aren't UTF-8 are refused`() throws {
        let found = try Fixture.withFile(Data([0x61, 0xFF])) { path in try faults(at: path) }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(".toml: is not UTF-8") == true)
    }

    @Test func `a byte order mark is no hindrance`() throws {
        let configuration = try Fixture.load("\u{FEFF}worker.count = 5")
        #expect(Fixture.entry("worker.count", in: configuration) == "worker.count = 5 (FILE:1)")
    }
}
