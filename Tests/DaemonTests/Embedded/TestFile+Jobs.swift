import IXCore
import IXTestSupport

/// The file as its users see it.
extension TestFile {
    /// The job's id.
    func enqueue(_ useCase: String, _ request: String) async throws -> String {
        let said = try await TestCtl.run(path, ["enqueue", useCase, "--request", "-"], input: request)
        guard said.exit == .code(0), let id = said.jobID else { throw TestFailure(said.text) }
        return id
    }

    /// Jobs by status, without those of which there are none.
    func counts() async throws -> [String: Int] {
        guard let found = try await TestCtl.run(path, ["stats", "--json"]).objects.first else { return [:] }
        return ["pending", "running", "done", "error"].reduce(into: [:]) { counts, status in
            guard let count = found[status].flatMap({ Int($0.text) }), count > 0 else { return }
            counts[status] = count
        }
    }
}
