/// The server of the ordinary tests: the one that IX_TEST_DATABASE_URL, else IX_POSTGRES_URL names, else a private one.
enum TestServer {
    static var namedURL: String? { Environment["IX_TEST_DATABASE_URL"] ?? Environment["IX_POSTGRES_URL"] }

    static var url: String {
        get async throws {
            if let namedURL { return namedURL }
            return try await PrivateCluster.shared.url
        }
    }
}
