import FoundationEssentials
import Glibc
import IXCommand
import IXCore

/// `StarterFiles` are the configuration and the pipeline that `ix-worker init` writes.
struct StarterFiles {
    enum Language: String, CaseIterable { case python, shell, swift }

    struct Failure: Error {
        let reason: String
        /// True when a file of the name is there.
        let isThere: Bool
    }

    /// The directory, with a slash at its end.
    let folder: String
    let postgres: String?
    let language: Language

    /// Writes both files, or neither when one of them is there.
    func write() throws(Failure) {
        let files = [(configurationPath, configuration, mode_t(0o600)), (sourcePath, program, 0o755)]
        for (path, _, _) in files where access(path, F_OK) == 0 {
            throw Failure(reason: "\(path) is there already; nothing was written", isThere: true)
        }
        for path in [folder, folder + "pipelines"] where mkdir(path, 0o755) != 0 && errno != EEXIST {
            throw Self.failure(path)
        }
        for (path, text, mode) in files { try Self.write(text, to: path, mode) }
    }

    /// The commands to type next.
    var nextSteps: String {
        let option = "--config \(configurationPath.shellWord)"
        let migrate = postgres == nil ? "" : "\n    ix-worker migrate \(option)"
        return """
            Written: \(configurationPath)
                     \(sourcePath)
            \(compile)
            Start the daemon, and give it a job from another terminal:
            \(migrate)
                ix-worker \(option)
                echo '{"context":{"name":"Ada"}}' | ixctl enqueue hello --request - --wait \(option)
            """
    }

    private var configurationPath: String { folder + "ix-worker.toml" }
    /// The file that is written.
    private var sourcePath: String {
        let ending =
            switch language {
            case .python: "py"
            case .shell: "sh"
            case .swift: "swift"
            }
        return folder + "pipelines/hello." + ending
    }
    /// The program that the daemon starts.
    private var programPath: String { language == .swift ? folder + "pipelines/hello" : sourcePath }

    /// The step before the first start; empty for a program that needs none.
    private var compile: String {
        language == .swift
            ? "\nCompile the pipeline:\n\n    swiftc -O -o \(programPath.shellWord) \(sourcePath.shellWord)\n" : ""
    }

    private var configuration: String {
        let store =
            postgres.map { "[postgres]\nurl = \(JSONString.encode($0))" }
            ?? "[sqlite]\npath = \(JSONString.encode(folder + "jobs.db"))"
        let command = (language == .python ? ["python3"] : []) + [programPath]
        return """
            # The configuration of ix-worker. `ix-worker check-config --config FILE` names every fault, and
            # `ix-worker config --config FILE` shows every value in effect. ix-worker.toml(5) lists all keys.

            # The store of the jobs: a file for one host, PostgreSQL for several.
            \(store)

            [worker]
            # Jobs that run at a time.
            count = 4
            state_directory = \(JSONString.encode(folder + "state"))

            # A pipeline: the program for jobs whose use_case is hello. Further pipelines are further tables.
            [pipelines.hello]
            kind = "exec"
            command = [\(command.map(JSONString.encode).joined(separator: ", "))]
            # The daemon stops the program after this time.
            timeout_seconds = 60

            # HTTP API and metrics for programs on this host:
            # [http]
            # listen = ["127.0.0.1:8791"]

            """
    }

    private var program: String {
        switch language {
        case .python:
            #"""
            #!/usr/bin/env python3
            # The pipeline hello: gets a request on standard input, and prints the response.
            import json
            import sys

            request = json.load(sys.stdin)
            name = (request.get("context") or {}).get("name", "world")
            # Standard error is the job's log: ixctl logs JOB
            print("greeting", name, file=sys.stderr)
            json.dump({"result": {"greeting": "Hello, " + name}}, sys.stdout)

            """#
        case .shell:
            #"""
            #!/bin/sh
            # The pipeline hello: gets a request on standard input, and prints the response.
            read -r request
            # Standard error is the job's log: ixctl logs JOB
            echo "a request of ${#request} bytes" >&2
            echo '{"result":{"greeting":"Hello"}}'

            """#
        case .swift:
            #"""
            // The pipeline hello: gets a request on standard input, and prints the response.
            import Foundation

            struct Request: Decodable {
                struct Context: Decodable { var name: String? }
                var context: Context?
            }

            struct Response: Encodable {
                struct Result: Encodable { var greeting: String }
                var result: Result
            }

            let request = try JSONDecoder().decode(Request.self, from: FileHandle.standardInput.readDataToEndOfFile())
            let name = request.context?.name ?? "world"
            // Standard error is the job's log: ixctl logs JOB
            FileHandle.standardError.write(Data("greeting \(name)\n".utf8))
            let response = Response(result: .init(greeting: "Hello, \(name)"))
            FileHandle.standardOutput.write(try JSONEncoder().encode(response))

            """#
        }
    }

    private static func write(_ text: String, to path: String, _ mode: mode_t) throws(Failure) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure(path) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard close(file) == 0, written == bytes.count else { throw failure(path) }
    }

    private static func failure(_ path: String) -> Failure {
        let code = errno
        return Failure(reason: "\(path): \(String(cString: strerror(code)))", isThere: code == EEXIST)
    }
}
