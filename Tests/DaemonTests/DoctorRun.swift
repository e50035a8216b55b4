import Glibc
import IXTestSupport

/// A finished run of `ix-worker doctor`.
struct DoctorRun {
    let exit: TestProcess.Exit
    let lines: [String]

    /// Runs the doctor against `url`, with a configuration file that holds `toml`.
    init(
        _ url: String, set: [String] = [], environment: [String: String] = [:], toml: String = "", json: Bool = false
    ) async throws {
        let state = try Scratch.directory()
        let file = state + "/ix-worker.toml"
        try Self.write(toml, to: file)
        var variables = TestProcess.plainEnvironment
        variables.merge(StoreAddress.variables(url)) { $1 }
        variables["IX_WORKER_STATE_DIRECTORY"] = state
        variables.merge(environment) { $1 }
        let arguments = ["doctor", "--config", file] + (json ? ["--json"] : []) + set.flatMap { ["--set", $0] }
        let process = try TestProcess(try Programs.path("ix-worker"), arguments, environment: variables)
        exit = try await process.exitStatus(within: .seconds(60))
        lines = process.lines
    }

    /// Returns the lines about `subject`, each followed by its advice where it has one.
    func said(_ subject: String) -> [String] {
        var isSaid = false
        return lines.filter { line in
            if !line.hasPrefix("         →") {
                isSaid = line.split(separator: " ").dropFirst().first == "\(subject):"
            }
            return isSaid
        }
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw TestFailure("\(path) can't be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
