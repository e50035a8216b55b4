/// The document of the API.
enum OpenAPI {
    static let json = "{}"
}
