import IXConfig
import Testing

@Suite struct CrossCheckTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `a heartbeat that is half of the lease is refused`() throws {
        let faults = try Fixture.faults("[worker]\nheartbeat_seconds = 15")
        #expect(
            faults == [
                "FILE:2: worker.heartbeat_seconds: must be less than half of worker.lease_seconds, which is 30, is 15"
            ])
    }

    @Test func `a lease too short for the default heartbeat is refused where it stands`() throws {
        let faults = try Fixture.faults(environment: ["IX_WORKER_LEASE_SECONDS": "19.5"])
        #expect(
            faults == [
                "environment IX_WORKER_LEASE_SECONDS: worker.lease_seconds: "
                    + "must be more than twice worker.heartbeat_seconds, which is 10, is 19.5"
            ])
    }

    @Test func `the rule holds for the values in effect, whatever source they have`() throws {
        let toml = "[worker]\nheartbeat_seconds = 20"
        #expect(try Fixture.faults(toml, environment: ["IX_WORKER_LEASE_SECONDS": "60"]).isEmpty)
    }

    @Test func `a standby's address beside the embedded file is refused, and alone names PostgreSQL`() throws {
        let faults = try Fixture.faults("[store]\nkind = \"sqlite\"\n[postgres]\nread_url = \"host=b\"")
        #expect(
            faults == [
                "FILE:4: postgres.read_url: needs PostgreSQL: the embedded file has no standby, and store.kind is sqlite"
            ])
        let configuration = try Fixture.load("[postgres]\nread_url = \"host=b\"")
        #expect(configuration.store == .postgres && configuration.postgres.readURL?.text == "host=b")
    }

    @Test func `more workers than the connections can serve are refused`() throws {
        let faults = try Fixture.faults("[postgres]\nconnections = 2\n[worker]\ncount = 501")
        #expect(
            faults == [
                "FILE:4: worker.count: must be at most 500, 250 for each of postgres.connections, is 501"
            ])
    }

    @Test(arguments: ["2", "-0.1", "half", "nan"]) func `a part of the traces is a number from 0 to 1`(_ ratio: String)
        throws
    {
        let faults = try Fixture.faults("[traces]\nratio = \"\(ratio)\"")
        #expect(faults == ["FILE:2: traces.ratio: must be a number from 0 to 1, is \"\(ratio)\""])
        #expect(try Fixture.faults("[traces]\nratio = \"0.25\"").isEmpty)
    }

    @Test func `a link to a trace names its id`() throws {
        #expect(try Fixture.faults("[traces]\nlink = \"https://tempo.example\"").count == 1)
        #expect(try Fixture.faults("[traces]\nlink = \"https://tempo.example/{trace_id}\"").isEmpty)
    }

    @Test func `a key with a fault of its own isn't checked against another`() throws {
        let faults = try Fixture.faults("[worker]\nlease_seconds = 1\nheartbeat_seconds = 20")
        #expect(faults == ["FILE:2: worker.lease_seconds: must be 3…3600 seconds, is 1"])
    }
}
