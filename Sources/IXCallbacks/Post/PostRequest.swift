/// `PostRequest` is the HTTP request of a try. `Poster` sends the request to a checked address, under the name that led
/// to the address.
struct PostRequest: Sendable {
    let url: TargetURL
    /// The client of the callback's job.
    let clientID: String
    let headers: [(name: String, value: String)]
    let body: String

    /// The request as sent. No header holds a line end, because the URL was checked and the daemon writes all further
    /// headers.
    var text: String {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return "POST \(url.target) HTTP/1.1\r\n\(lines)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
