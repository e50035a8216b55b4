/// What tells a program which store is meant: a database's URL, or the path of a file.
enum StoreAddress {
    static func variables(_ address: String) -> [String: String] {
        [address.hasPrefix("/") ? "IX_SQLITE_PATH" : "IX_POSTGRES_URL": address]
    }
}
