import IXStore
import Testing

/// The rules by which both stores bring a schema up to date, as tables.
@Suite struct SchemaPlanTests {
    /// A schema in a store, and what a program of version 3 makes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let applied: [SchemaPlan.Applied]
        /// The versions to apply; nil: a migration is refused.
        let missing: [Int]?
        /// The versions to finish; nil: refused.
        let unfinished: [Int]?
        /// Words of the refusal of a start; nil: a daemon starts.
        let refusal: String?
    }

    /// Version 2 has a second part.
    private static let known = (1...3).map { version in
        SchemaPlan.Step(version: version, checksum: "c\(version)", oldestDaemon: 1, hasFinish: version == 2)
    }

    private static func applied(_ versions: Int..., oldest: Int = 1, finished: Int? = nil) -> [SchemaPlan.Applied] {
        versions.map { version in
            SchemaPlan.Applied(
                version: version, checksum: "c\(version)", oldestDaemon: version == versions.last ? oldest : 1,
                isFinished: version == finished)
        }
    }

    private static let edited = [
        SchemaPlan.Applied(version: 1, checksum: "edited", oldestDaemon: 1),
        SchemaPlan.Applied(version: 2, checksum: "c2", oldestDaemon: 1),
        SchemaPlan.Applied(version: 3, checksum: "c3", oldestDaemon: 1),
    ]

    static let rows = [
        Row(testDescription: "nothing", applied: [], missing: [1, 2, 3], unfinished: nil, refusal: "version 0"),
        Row(testDescription: "older", applied: applied(1), missing: [2, 3], unfinished: nil, refusal: "needs 3"),
        Row(testDescription: "equal", applied: applied(1, 2, 3), missing: [], unfinished: [2], refusal: nil),
        Row(
            testDescription: "equal and finished", applied: applied(1, 2, 3, finished: 2), missing: [], unfinished: [],
            refusal: nil),
        Row(testDescription: "a gap", applied: applied(1, 3), missing: [2], unfinished: nil, refusal: nil),
        Row(
            testDescription: "newer, and still serves", applied: applied(1, 2, 3, 4), missing: nil, unfinished: nil,
            refusal: nil),
        Row(
            testDescription: "newer, and serves no more", applied: applied(1, 2, 3, 4, oldest: 4), missing: nil,
            unfinished: nil, refusal: "from version 4 on"),
        Row(testDescription: "edited", applied: edited, missing: nil, unfinished: nil, refusal: "migration 1"),
    ]

    @Test(arguments: rows) func `a plan says what to apply, what to finish, and who may start`(_ row: Row) {
        let plan = SchemaPlan(known: Self.known, applied: row.applied, place: "the database")
        #expect((try? plan.missing().map(\.version)) == row.missing)
        #expect((try? plan.unfinished().map(\.version)) == row.unfinished)
        do throws(StoreError) {
            try plan.checkStart()
            #expect(row.refusal == nil)
        } catch {
            #expect(error.code == .schema)
            #expect(row.refusal.map { error.message.contains($0) } == true, "\(error.message)")
        }
    }

    @Test func `a checksum tells texts apart, comments included`() {
        #expect(SchemaPlan.checksum("") == "cbf29ce484222325")
        #expect(SchemaPlan.checksum("SELECT 1") != SchemaPlan.checksum("SELECT 1 -- one"))
    }
}
