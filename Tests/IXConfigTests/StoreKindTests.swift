import Testing

@testable import IXConfig

@Suite struct StoreKindTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `without a word about a database auto names no store`() throws {
        #expect(try Fixture.load().store == nil)
        #expect(try Fixture.load("[postgres]\n[worker]\ncount = 2").store == nil)
    }

    @Test func `auto is PostgreSQL as soon as its address or its section says anything`() throws {
        let variable = ["HOME": "/home/ada", "IX_POSTGRES_URL": "postgresql:///x"]
        #expect(try Fixture.load(environment: variable).store == .postgres)
        #expect(try Fixture.load("[postgres]\nconnections = 4").store == .postgres)
        #expect(try Fixture.load(flags: [(key: "postgres.url", value: "postgresql:///x")]).store == .postgres)
    }

    @Test func `postgres needs no address: libpq has defaults of its own`() throws {
        #expect(try Fixture.load("[store]\nkind = \"postgres\"").store == .postgres)
    }

    @Test func `another kind is refused, naming those there are`() throws {
        #expect(
            try Fixture.faults("[store]\nkind = \"mysql\"") == [
                #"FILE:2: store.kind: must be auto or postgres, is "mysql""#
            ])
    }
}
