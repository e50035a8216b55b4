import Testing

@testable import IXTLS

@Suite struct ServerNameTests {
    @Test(arguments: [
        ("shop.example", "shop.example", true), ("Shop.Example.", "shop.example", true),
        ("shop.example", "SHOP.example.", true), ("*.example.org", "a.example.org", true),
        ("*.example.org", "example.org", false), ("*.example.org", "a.b.example.org", false),
        ("*.org", "example.org", false), ("*", "localhost", false), ("a.example", "b.example", false),
        ("example", "shop.example", false), ("", "localhost", false), ("*.", "localhost.", false),
        ("127.0.0.1", "localhost", false), ("*.example.org", ".example.org", false),
    ])
    func `a certificate's name vouches for the same name, and a star for one label`(
        _ row: (name: String, host: String, vouches: Bool)
    ) {
        #expect(ServerName.vouches(Array(row.name.utf8), for: Array(row.host.utf8)) == row.vouches)
    }
}
