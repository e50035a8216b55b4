import FoundationEssentials
import GRDB
import IXCore
import IXSQLite
import IXStore
package import IXTestSupport

/// What both databases say of the same inputs, beside what this program says.
public struct StoreAgreement: Sendable {
    public struct Result: Sendable {
        public let compared: Int
        public let taken: Int
        public let seconds: Double
        public let differences: [String]
    }

    public let seed: UInt64
    public let count: Int
    private static let batch = 500

    public init(seed: UInt64, count: Int) { (self.seed, self.count) = (seed, count) }

    /// Documents: the normal form against jsonb's text, and the verdicts of `ix_enqueue_batch` and the file's view. URLs: the verdicts
    /// of all three.
    package func run(_ database: TestDatabase, _ file: TestFile) async throws -> Result {
        let begun = ContinuousClock.now
        var (differences, compared, taken): ([String], Int, Int) = ([], 0, 0)
        let store = file.store()
        try await store.perform { _ = try $0.get(UUID()) }  // ignored: it makes the file
        await store.close()
        let queue = try DatabaseQueue(path: file.path)
        var number = 0
        while number < count {
            let numbers = number..<min(number + Self.batch, count)
            let requests = numbers.map(request).filter { !$0.utf8.contains(0) }
            let urls = numbers.map(url).filter { !$0.utf8.contains(0) && $0.utf8.count < 2000 }
            let verdicts = requests.map { text in
                do { return (try JSONDocument(request: text).normalForm as String?, "") } catch {
                    return (nil, "\(error)")
                }
            }
            taken += verdicts.count { $0.0 != nil }
            differences += try await normalForms(requests, verdicts.map(\.0), database)
            differences += try await urlVerdicts(urls, database)
            differences += try viewVerdicts(requests, urls, queue)
            compared += requests.count + urls.count
            number = numbers.upperBound
            if differences.count > 50 { break }
        }
        return Result(
            compared: compared, taken: taken, seconds: (ContinuousClock.now - begun) / .seconds(1),
            differences: differences)
    }

    /// A mutated document under names of its own, so that only the document decides.
    private func request(_ number: Int) -> String {
        let bytes = Mutator.input(.documents, Self.documents, seed: seed, number: number)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func url(_ number: Int) -> String {
        String(decoding: Mutator.input(.words, Self.words, seed: seed, number: number), as: UTF8.self)
    }

    private static let documents = Corpus(.documents)
    private static let words = Corpus(.words)

    private func normalForms(_ texts: [String], _ ours: [String?], _ database: TestDatabase) async throws -> [String] {
        try await database.sql(
            """
            CREATE OR REPLACE FUNCTION as_stored(document text) RETURNS text LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM ix_check_request(document::jsonb, NULL);
                RETURN document::jsonb::text;
            EXCEPTION WHEN OTHERS THEN
                RETURN NULL;
            END $$
            """)
        let rows = try await database.sql(
            "SELECT as_stored(d) FROM unnest($1::text[]) WITH ORDINALITY AS t (d, n) ORDER BY n", [texts.asArray])
        return zip(texts, zip(ours, rows)).compactMap { text, answers in
            let (own, server) = (answers.0, answers.1[0])
            // A scalar of one that isn't an object never reaches the door.
            guard own != server else { return nil }
            return "normal form of \(text.debugDescription): here \(own ?? "refused"), jsonb \(server ?? "refused")"
        }
    }

    private func urlVerdicts(_ urls: [String], _ database: TestDatabase) async throws -> [String] {
        let rows = try await database.sql(
            "SELECT ix_is_url(d) FROM unnest($1::text[]) WITH ORDINALITY AS t (d, n) ORDER BY n", [urls.asArray])
        return zip(urls, rows).compactMap { url, row in
            let own = Self.isTaken(url)
            return own == (row[0] == "t")
                ? nil : "URL \(url.debugDescription): here \(own), ix_is_url \(row[0] ?? "null")"
        }
    }

    private static func isTaken(_ url: String) -> Bool {
        // ignored: only whether it is taken counts
        (try? CallbackURL(url)) != nil
    }

    private func viewVerdicts(_ requests: [String], _ urls: [String], _ queue: DatabaseQueue) throws -> [String] {
        var differences: [String] = []
        try queue.inTransaction { db in
            let sql = "INSERT INTO ix_enqueue (request, callback_url) VALUES (?, ?)"
            let insert = try db.makeStatement(sql: sql)
            func ask(_ statement: GRDB.Statement, _ request: String, _ url: String?) -> String? {
                do { try statement.execute(arguments: [request, url]) } catch {
                    return (error as? DatabaseError)?.message ?? "\(error)"
                }
                return nil
            }
            // A statement that refused something may say so once more at its next use: what differs is asked for afresh.
            func refusal(_ request: String, _ url: String?, isTaken: Bool) throws -> String? {
                let said = ask(insert, request, url)
                guard said != nil || !isTaken else { return nil }
                return isTaken == (said == nil) ? said : ask(try db.makeStatement(sql: sql), request, url)
            }
            for request in requests {
                let own: String?
                do throws(InvalidInput) {
                    _ = try RequestIX(JSONDocument(request: request))
                    own = nil
                } catch { own = error.description }
                let said = try refusal(request, nil, isTaken: own == nil)
                if (own == nil) != (said == nil) {
                    differences.append(
                        "document \(request.debugDescription): here \(own ?? "taken"), the view \(said ?? "taken")")
                }
            }
            for (number, url) in urls.enumerated() {
                let said = try refusal(
                    "{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(number)\"}", url,
                    isTaken: Self.isTaken(url))
                if Self.isTaken(url) != (said == nil) {
                    differences.append(
                        "URL \(url.debugDescription): here \(Self.isTaken(url)), the view \(said ?? "taken")")
                }
            }
            return .rollback
        }
        return differences
    }
}
