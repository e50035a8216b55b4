/// One try as it goes out: to an address that was checked, under the name it was found by.
struct PostRequest: Sendable {
    let url: TargetURL
    /// Whose callback it is.
    let clientID: String
    let headers: [(name: String, value: String)]
    let body: String
}
