/// `PostRequest` is the HTTP request of a try. `Poster` sends the request to a checked address, under the name that led
/// to the address.
struct PostRequest: Sendable {
    let url: TargetURL
    /// The client of the callback's job.
    let clientID: String
    let headers: [(name: String, value: String)]
    let body: String
}
