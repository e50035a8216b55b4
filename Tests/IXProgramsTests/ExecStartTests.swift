import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Logging
import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite(.timeLimit(.minutes(5))) struct ExecStartTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func file(_ text: String, mode: mode_t) throws -> String {
        let path = workshop.root + "-program"
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, mode)
        return path
    }

    private func misconfigured(_ command: [String]) async throws -> Bool {
        let report = try await workshop.run(workshop.pipeline(command))
        #expect(report.isRetry && report.exit == nil)
        #expect(try workshop.left.isEmpty)
        #expect(workshop.log.lines.contains { $0.level == .error && $0.message == "pipeline can't be run" })
        return report.error?.code == "pipeline_misconfigured"
    }

    @Test(arguments: ["/nowhere/program", "no-such-program", "/", "/etc/passwd/program"])
    func `a program that isn't there is a misconfiguration`(program: String) async throws {
        #expect(try await misconfigured([program]))
    }

    @Test func `a program that may not be run is a misconfiguration`() async throws {
        let path = try file("#!/bin/sh\n", mode: 0o600)
        #expect(try await misconfigured([path]))
        unlink(path)
    }

    @Test func `a program of no known format is a misconfiguration`() async throws {
        let path = try file("\u{7F}ELF", mode: 0o700)
        #expect(try await misconfigured([path]))
        unlink(path)
    }

    @Test func `a script without its interpreter is a misconfiguration`() async throws {
        let path = try file("#!/nowhere/interpreter -u\n", mode: 0o700)
        #expect(try await misconfigured([path]))
        let reason = workshop.log.lines.compactMap { $0.metadata["reason"] }.last
        #expect(reason == "its interpreter /nowhere/interpreter: No such file or directory")
        unlink(path)
    }

    @Test func `a working root that is gone is a misconfiguration`() async throws {
        try FileManager.default.removeItem(atPath: workshop.root)
        let report = try await workshop.run(shell: "echo '{}'")
        #expect(report.isRetry && report.error?.code == "pipeline_misconfigured")
    }

    @Test func `a name is found in the PATH of the child`() async throws {
        let path = try file("#!/bin/sh\necho '{}'\n", mode: 0o700)
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let name = URL(filePath: path).lastPathComponent
        let report = try await workshop.run(workshop.pipeline([name], environment: ["PATH": "/usr/bin:/bin:\(folder)"]))
        #expect(report.response != nil)
        unlink(path)
    }

    @Test func `the caller isn't told where the program lies`() async throws {
        let error = try await workshop.run(workshop.pipeline(["/nowhere/secret/program"])).error
        #expect("\(String(describing: error))".contains("secret") == false)
        #expect(workshop.log.lines.contains { $0.metadata["program"] == "/nowhere/secret/program" })
    }
}
