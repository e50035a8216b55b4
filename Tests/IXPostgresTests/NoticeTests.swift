import IXTestSupport
import Synchronization
import Testing

@testable import IXPostgres

@Suite(.needsPostgres, .timeLimit(.minutes(2)))
struct NoticeTests {
    private final class Heard: Sendable {
        private let notices = Mutex<[ServerNotice]>([])
        var all: [ServerNotice] { notices.withLock { $0 } }
        func hear(_ notice: ServerNotice) { notices.withLock { $0.append(notice) } }
    }

    @Test func `what a server says beside its answers is heard, from the connection's start on`() async throws {
        let server = try await PrivateCluster.shared.url
        try await TestDatabase.with(.empty, on: server) { database in
            let maintenance = SQLSession(server)
            let name = database.name + "_icu"
            try await maintenance.sql(
                "CREATE DATABASE \(name) TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' LC_COLLATE 'C' LC_CTYPE 'C'"
            )
            try await maintenance.sql("UPDATE pg_database SET datcollversion = '1' WHERE datname = '\(name)'")
            let heard = Heard()
            var parameters = ConnectionParameters(
                url: try ServerAddress(server).url(["dbname": name]), applicationName: "ix-test")
            parameters.onNotice = heard.hear
            do {
                let link = try PostgresLink.connect(parameters)
                #expect(heard.all.map(\.severity) == ["WARNING"] && heard.all.first?.hint?.isEmpty == false)
                try link.script(
                    "DO $$ BEGIN RAISE WARNING 'beware of postgresql://ada:hush@db/ix'; RAISE NOTICE 'well'; END $$",
                    by: Deadline(after: .seconds(10)))
            }
            #expect(heard.all.dropFirst().map(\.text) == ["beware of postgresql://*****@db/ix", "well"])
            #expect(heard.all.map(\.isWarning) == [true, true, false])
            try await maintenance.sql("DROP DATABASE \(name) WITH (FORCE)")
            await maintenance.close()
        }
    }
}
