/// The server of ordinary tests: named by IX_TEST_DATABASE_URL, else by IX_POSTGRES_URL, else a private cluster.
enum TestServer {
    static var namedURL: String? { Environment["IX_TEST_DATABASE_URL"] ?? Environment["IX_POSTGRES_URL"] }

    static var url: String {
        get async throws {
            if let namedURL { return namedURL }
            return try await PrivateCluster.shared.url
        }
    }
}
