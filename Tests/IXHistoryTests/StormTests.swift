import Foundation
import IXHistory
import IXStorm
import IXTestSupport
import Testing

/// The short forms of `make storm`.
@Suite(.enabled(if: PrivateCluster.canBeMade, "needs PostgreSQL's server"), .serialized, .timeLimit(.minutes(8)))
struct StormTests {
    @Test(arguments: [StormSettings.Servers.one, .synchronous])
    func `through a storm no acknowledged job is lost and nothing is recorded twice`(
        _ servers: StormSettings.Servers
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/ix-storm-\(UUID().uuidString)"
        let result = try await Storm(
            StormSettings(duration: .seconds(12), seed: 4711, servers: servers), folder: folder
        ).run()
        print(result.text)
        #expect(result.isGood, "\(result.check.violations.prefix(5)); the evidence lies in \(folder)")
        #expect(result.check.figures.acknowledged > 20 && result.check.figures.lost == 0)
        if result.isGood { try FileManager.default.removeItem(atPath: folder) }
    }
}
