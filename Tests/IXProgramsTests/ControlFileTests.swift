import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite struct ControlFileTests {
    private let workshop: Workshop
    private let path: String

    init() throws {
        workshop = try Workshop()
        path = workshop.root + "/control"
    }

    private func append(_ text: String) throws {
        let before = FileManager.default.contents(atPath: path) ?? Data()
        try (before + Data(text.utf8)).write(to: URL(filePath: path))
    }

    private func file() -> ControlFile {
        ControlFile(path: path, logger: workshop.log.logger, onProgress: workshop.context().progress)
    }

    private func line(_ text: String) -> ControlLine? { Array(text.utf8).withUnsafeBytes { ControlLine($0) } }

    @Test func `a line tells progress, a wait, or both`() {
        #expect(
            line(#"{"progress":0.4,"message":"page 2 of 5"}"#)?.progress
                == .init(fraction: 0.4, message: "page 2 of 5"))
        #expect(line(#"{"message":"reading"}"#)?.progress == .init(fraction: nil, message: "reading"))
        #expect(line(#"{"retry_after":30}"#)?.retryAfter == .seconds(30))
        let both = line(#"{"progress":1,"retry_after":0.5}"#)
        #expect(both?.progress?.fraction == 1 && both?.retryAfter == .milliseconds(500))
    }

    @Test func `numbers are kept within their bounds`() {
        #expect(line(#"{"progress":7}"#)?.progress?.fraction == 1)
        #expect(line(#"{"progress":-7}"#)?.progress?.fraction == 0)
        #expect(line(#"{"retry_after":-1}"#)?.retryAfter == .zero)
        #expect(line(#"{"retry_after":1e1000}"#)?.retryAfter == .seconds(86_400))
    }

    @Test(arguments: ["", "hello", "[]", "{}", #"{"progress":"half"}"#, #"{"message":"\u0000"}"#, #"{"progress":0.4"#])
    func `a line without anything to take is malformed`(text: String) { #expect(line(text) == nil) }

    @Test func `lines are taken as they are appended, half a line once it ends`() throws {
        var file = file()
        file.poll()
        try append("{\"progress\":0.1}\n{\"progress\"")
        file.poll()
        #expect(workshop.progress.map(\.fraction) == [0.1])
        try append(":0.2}\n")
        file.poll()
        file.poll()
        #expect(workshop.progress.map(\.fraction) == [0.1, 0.2])
    }

    @Test func `the last line needs no end`() throws {
        var file = file()
        try append(#"{"retry_after":5}"#)
        file.poll()
        #expect(file.retryAfter == nil)
        file.finish()
        #expect(file.retryAfter == .seconds(5))
    }

    @Test func `malformed lines are left out and logged once`() throws {
        var file = file()
        try append("rubbish\n{\"progress\":0.5}\nmore rubbish\n")
        file.finish()
        #expect(workshop.progress.map(\.fraction) == [0.5])
        #expect(workshop.log.lines.map(\.message) == ["pipeline control line not understood"])
    }

    @Test func `a file that was cut off or replaced starts over`() throws {
        var file = file()
        try append("{\"progress\":0.1,\"message\":\"long enough\"}\n")
        file.poll()
        truncate(path, 0)
        let written = open(path, O_WRONLY)
        write(written, "{\"progress\":0.2}\n", 17)
        close(written)
        file.poll()
        try Data("{\"progress\":0.3}\n".utf8).write(to: URL(filePath: path + "2"))
        rename(path + "2", path)
        file.poll()
        #expect(workshop.progress.map(\.fraction) == [0.1, 0.2, 0.3])
    }

    @Test func `no more than 1 MiB is read`() throws {
        let line = "{\"message\":\"\(String(repeating: "x", count: 1000))\"}\n"
        try append(String(repeating: line, count: 3000))
        var file = file()
        file.finish()
        #expect(workshop.progress.count == (1 << 20) / line.utf8.count)
        #expect(workshop.log.lines.map(\.message) == ["pipeline control file too long"])
    }

    @Test func `a pipe or a link in the file's place is not read`() throws {
        var file = file()
        mkfifo(path, 0o600)
        file.poll()
        unlink(path)
        try Data("{\"progress\":0.3}\n".utf8).write(to: URL(filePath: path + "2"))
        symlink(path + "2", path)
        file.finish()
        #expect(workshop.progress.isEmpty)
    }
}
