import Testing

@testable import IXConfig

@Suite struct StoreKindTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `without a word about a database auto is the embedded file`() throws {
        let silent = try Fixture.load()
        #expect(silent.store == .sqlite && !silent.isStoreNamed)
        #expect(try Fixture.load("[postgres]\n[worker]\ncount = 2").store == .sqlite)
    }

    @Test func `a store is named by its kind, by its section or by its variable`() throws {
        #expect(try Fixture.load("[store]\nkind = \"sqlite\"").isStoreNamed)
        #expect(try Fixture.load("[sqlite]\npath = \"/x\"").isStoreNamed)
        #expect(try Fixture.load(environment: ["IX_POSTGRES_URL": ""]).isStoreNamed)
        #expect(try !Fixture.load(environment: ["STATE_DIRECTORY": "/s"]).isStoreNamed)
    }

    @Test func `sqlite is the embedded file even where PostgreSQL is configured`() throws {
        let both = try Fixture.load("[store]\nkind = \"sqlite\"\n[postgres]\nconnections = 4")
        #expect(both.store == .sqlite)
    }

    @Test func `where both are configured auto is PostgreSQL`() throws {
        #expect(try Fixture.load("[postgres]\nconnections = 4\n[sqlite]\npath = \"/x\"").store == .postgres)
    }

    @Test func `auto is PostgreSQL as soon as its address or its section says anything`() throws {
        let variable = ["HOME": "/home/ada", "IX_POSTGRES_URL": "postgresql:///x"]
        #expect(try Fixture.load(environment: variable).store == .postgres)
        #expect(try Fixture.load("[postgres]\nconnections = 4").store == .postgres)
        #expect(try Fixture.load(flags: [(key: "postgres.url", value: "postgresql:///x")]).store == .postgres)
    }

    @Test func `postgres without a word about where is refused`() throws {
        let faults = try Fixture.faults("[store]\nkind = \"postgres\"")
        #expect(faults.count == 1 && faults[0].hasPrefix("FILE:2: postgres.url: no database is named"))
        #expect(try Fixture.faults("[store]\nkind = \"postgres\"\n[postgres]\nconnections = 2").count == 1)
    }

    @Test func `libpq's own defaults and variables are where, if somebody means them`() throws {
        #expect(
            try Fixture.load("[store]\nkind = \"postgres\"\n[postgres]\nurl = \"postgresql://\"").store == .postgres)
        let variables = ["IX_STORE_KIND": "postgres", "PGHOST": "/run/postgresql"]
        #expect(try Fixture.load(environment: variables).store == .postgres)
    }

    @Test func `another kind is refused, naming those there are`() throws {
        #expect(
            try Fixture.faults("[store]\nkind = \"mysql\"") == [
                #"FILE:2: store.kind: must be auto, postgres or sqlite, is "mysql""#
            ])
    }
}
