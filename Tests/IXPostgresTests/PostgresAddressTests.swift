import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// What is shown of an address, and which one is refused. No server is asked; `hush` and `hish` stand in every secret.
@Suite struct PostgresAddressTests {
    private static func parameters(_ url: String) -> ConnectionParameters {
        ConnectionParameters(url: url, applicationName: "ix-test")
    }

    @Test(arguments: [
        ("postgresql://ada:hush@db.example:5433/ix", "db.example:5433/ix"),
        ("postgresql+asyncpg://ada:hush@db.example:5433/ix", "db.example:5433/ix"),
        ("postgres://ada:hush%40hish%2F@db:1/ix", "db:1/ix"), ("postgresql://ada:hush?hish@db:1/ix", "db:1/ix"),
        ("postgresql://ada:hush@one:1,two:2/ix", "one:1,two:2/ix"),
        ("postgresql://ada@/ix?host=/run/pg&port=6&password=hush", "/run/pg:6/ix"),
        ("host=db port=7 dbname=ix user=ada password='hush hish'", "db:7/ix"),
        (" \n host = db port=7 dbname=ix password=hush@hish \r\n", "db:7/ix"), ("service=hall", "service hall"),
        ("postgresql://ada:hush@[::1]:5433/ix", "::1:5433/ix"),
    ])
    func `an address is shown as its hosts, ports and database`(_ row: (address: String, shown: String)) throws {
        let address = PostgresAddress(row.address)
        #expect(address.description == row.shown)
        #expect(Self.parameters(row.address).location == "PostgreSQL at \(row.shown)")
        for value in [address, Self.parameters(row.address), [address]] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [dumped, "\(value)", String(reflecting: value)] {
                #expect(!text.contains("hush") && !text.contains("hish"))
            }
        }
    }

    @Test(arguments: [
        "\"postgresql://ada:hush@db/ix\"", "'host=db password=hush'", "ada:hush@db/ix", "hush", "db.example/hush",
        "mysql://ada:hush@db/ix", "POSTGRESQL://ada:hush@db/ix", "https://ada:hush@db/ix", "jdbc:postgresql://db/?hush",
        "postgresql:/ada:hush@db/ix", "postgresql//ada:hush@db/ix", "postgresql://ada:hish@hush@db/ix",
        "postgresql://ada:hish/hush@db/ix", "postgresql://ada:hish/hu?sh=hush@db/ix", "postgresql://ada:hush/ix",
        "postgresql://ada:hush@db:hish/ix", "postgresql://ada:hush@[::1/ix", "postgresql://ada:hush@db/ix?hish=1",
        "postgresql://ada:hush@db/ix?hish", "postgresql://db/ix?sslmode=hush", "postgresql://db/ix?port=hush",
        "host=db password=hish hush", "host=db hush=1", "host=ada:hush@db dbname=ix",
        "host=db dbname=postgresql://hush",
        "postgresql://db/ix?keepalives=hush", "postgresql://db/ix?channel_binding=hush",
        "postgresql://db/ix?target_session_attrs=hush", "postgresql://db/ix?ssl_min_protocol_version=hush",
        "postgresql://one,two/ix?port=1,2,3&password=hush", "service=hush", "host=db\npassword=hush\u{7}",
    ])
    func `an address that can't work is refused, and no part of it is told`(_ text: String) async throws {
        let refusal = #expect(throws: InvalidInput.self) { try Self.parameters(text).checkAddress() }
        let said = refusal?.description ?? ""
        #expect(said.hasPrefix("postgres.url: ") && !said.contains("hush") && !said.contains("hish"), "\(said)")
        let shown = PostgresAddress(text).description
        #expect(text.hasPrefix("service") || !shown.contains("hush") && !shown.contains("hish"), "\(shown)")
    }

    @Test(arguments: [
        "\"postgresql://ada:hush@db/ix\"", "ada:hush@db/ix", "postgresql://ada:hish@hush@db/ix", "hush",
    ])
    func `a store at an address that can't be read is misconfigured, and says nothing of it`(_ text: String) async {
        let store = PostgresStore(Self.parameters(text), connections: 1)
        let error = await #expect(throws: StoreError.self) { try await store.perform { try $0.get(.random()) } }
        #expect(error?.code == .misconfigured && error?.debugDescription.contains("hush") == false)
        await store.close()
    }

    @Test(arguments: [
        "", "postgresql://", "postgresql:///ix", "postgresql://db", "postgres://ada@db/ix?sslmode=verify-full",
        "host=db dbname=a+b", "host=/run/postgresql", "host=@abstract", "hostaddr=127.0.0.1 port=5433",
        "postgresql://one:1,two:2/ix?target_session_attrs=read-write", "postgresql://one,two/ix?port=7",
        "postgresql://db/ix?options=-c%20a%3Db%40c", "postgresql://db/ix?application_name=a@b",
        "postgresql://[::1]:5432/ix", "postgresql+psycopg://ada:a%40b@db/ix", "dbname = ix",
        "postgresql://ada:a:b@db/ix", "host=db password='a://b@c'",
    ])
    func `an address that can work is taken`(_ text: String) throws {
        try Self.parameters(text).checkAddress()
    }

    @Test(arguments: [
        ("postgresql://db/ix?sslmod=require", "did you mean sslmode?"),
        ("host=db usr=ada", "did you mean user?"),
        ("postgresql://db/ix?sslmode=disabled", "sslmode that libpq doesn't accept: must be one of disable, allow"),
        ("postgresql://ada:p@q@db/ix", "%40"), ("ix", "dbname="), ("\"host=db\"", "quotation marks"),
        ("mysql://db/ix", "postgresql"), ("service=nowhere", "service"), ("postgresql://db:0/ix", "1 to 65535"),
    ])
    func `a refusal says what to do`(_ row: (address: String, advice: String)) {
        let refusal = #expect(throws: InvalidInput.self) { try Self.parameters(row.address).checkAddress() }
        #expect(refusal?.reason.contains(row.advice) == true, "\(refusal?.reason ?? "")")
    }
}
