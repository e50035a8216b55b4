import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport

/// The real `ixctl` as a child of the test.
enum TestCtl {
    struct Said {
        let exit: TestProcess.Exit
        let lines: [String]
        var text: String { lines.joined(separator: "\n") }
        /// The id that `enqueue` printed; what it says about the store goes to stderr and may come in before or after.
        var jobID: String? { lines.first { $0.count == 36 && UUID(uuidString: $0) != nil } }
        /// The lines of JSON among them.
        var objects: [JSONDocument] {
            // ignored: what isn't JSON is a message
            lines.compactMap { $0.hasPrefix("{") ? try? JSONDocument(response: $0) : nil }
        }
    }

    static func start(
        _ url: String, _ arguments: [String], keepsInput: Bool = false, directory: String? = nil,
        variables: [String: String] = [:]
    ) throws -> TestProcess {
        try TestProcess(
            try Programs.path("ixctl"), arguments, environment: environment(url, variables), directory: directory,
            keepsInput: keepsInput)
    }

    static func run(
        _ url: String, _ arguments: [String], input: String? = nil, variables: [String: String] = [:]
    ) async throws -> Said {
        let process = try start(url, arguments, keepsInput: input != nil, variables: variables)
        if let input {
            process.write(input)
            process.closeInput()
        }
        return Said(exit: try await process.exitStatus(within: .seconds(60)), lines: process.lines)
    }

    /// On a terminal of so many columns and rows; what it writes is what the terminal would get.
    static func onTerminal(
        _ url: String, columns: Int, rows: Int, _ arguments: [String], variables: [String: String] = [:]
    ) throws -> TestProcess {
        let words = ([try Programs.path("ixctl")] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let command = "stty cols \(columns) rows \(rows) && exec \(words)"
        return try TestProcess(
            "/usr/bin/script", ["-qefc", command, "/dev/null"], environment: environment(url, variables),
            keepsInput: true)
    }

    private static func environment(_ url: String, _ variables: [String: String]) -> [String: String] {
        var environment = TestProcess.plainEnvironment
        environment.merge(StoreAddress.variables(url)) { $1 }
        environment["LANG"] = "C.UTF-8"
        environment["SHELL"] = "/bin/sh"
        return environment.merging(variables) { $1 }
    }
}

extension TestDatabase {
    /// Ends a pending job in error, as a worker would have.
    func fail(_ id: String, code: String, message: String) async throws {
        try await sql(
            """
            UPDATE ix_jobs SET status = 'error', finished_at = now(), response = jsonb_build_object(
                'error', jsonb_build_object('code', $2::text, 'message', $3::text)) WHERE job_id = $1::uuid
            """, [id, code, message])
    }
}
