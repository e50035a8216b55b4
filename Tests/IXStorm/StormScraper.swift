import AsyncHTTPClient
import IXHistory
import IXTestSupport
import NIOCore
import NIOHTTP1
import Synchronization

/// Scrapes the metrics of a daemon's process four times a second, and keeps the newest answer.
final class StormScraper: Sendable {
    /// What a scrape said of ended jobs.
    struct Scrape: Sendable {
        /// Seconds since 1970 at the scrape's beginning.
        let at: Double
        let answeredAt: Double
        let done: Int
        let error: Int
    }

    /// The socket file of the daemon's HTTP server.
    let socket: String
    private let newest = Mutex<Scrape?>(nil)
    private let loop = Mutex<Task<Void, Never>?>(nil)

    init(socket: String) { self.socket = socket }

    /// Begins with a new process.
    func begin() {
        newest.withLock { $0 = nil }
        loop.withLock { loop in
            loop = Task {
                while !Task.isCancelled {
                    if let scrape = await scrape() { newest.withLock { $0 = scrape } }
                    // ignored: a cancelled rest ends the loop
                    try? await Task.sleep(for: .milliseconds(250))
                }
            }
        }
    }

    /// Ends with the process. Returns the newest scrape; nil when the process never answered.
    func end() async -> Scrape? {
        let task = loop.withLock { loop in
            defer { loop = nil }
            return loop
        }
        task?.cancel()
        await task?.value
        return newest.withLock { $0 }
    }

    /// Returns the newest scrape that began after `moment`; nil without one.
    func last(after moment: Double) -> Scrape? { newest.withLock { $0 }.flatMap { $0.at > moment ? $0 : nil } }

    private func scrape() async -> Scrape? {
        let start = now()
        let host = socket.replacing("/", with: "%2F")
        var request = HTTPClientRequest(url: "http+unix://\(host)/metrics")
        // The server answers under its own names alone, and the path of a socket file is none.
        request.headers.add(name: "host", value: "localhost")
        // ignored: a process that is paused, starts or has ended doesn't answer
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)),
            response.status.code == 200,
            let body = try? await response.body.collect(upTo: 2 << 20)
        else { return nil }
        let lines = String(buffer: body).split(separator: "\n").filter { $0.hasPrefix("ix_jobs_ended_total{") }
        let sum = { (status: String) in
            lines.filter { $0.contains("status=\"\(status)\"") }
                .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        }
        return Scrape(at: start, answeredAt: now(), done: sum("done"), error: sum("error"))
    }
}
