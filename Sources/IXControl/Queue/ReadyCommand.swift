import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXRepresentation
import IXStore

struct ReadyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready",
        abstract: "Say whether the daemon of this host could claim a job now.",
        discussion: """
            Asks the daemon's HTTP server, without a token: the probe of a container or of a balancer.
            Exit codes: 0 ready, 69 not ready or not reached.
            """.flowing)

    @Option(
        help: ArgumentHelp(
            "The server's address: https://queue.example. Otherwise [http] says.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("Longest time to wait for the answer: 500ms, 5s.", valueName: "duration"))
    var timeout = "5s"

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        do throws(InvalidInput) {
            _ = try DurationText.read(timeout, field: "--timeout")
            if let server { try Keys.validatedURL(server, field: "--server") }
        } catch { throw ValidationError(error.description) }
    }

    func run() async throws {
        let limit = try DurationText.read(timeout, field: "--timeout")
        let address = try address()
        let reply: RemoteServer.Reply
        do throws(StoreError) {
            reply = try await RemoteServer(address, token: nil).look(at: "/readyz", within: limit)
        } catch {
            // The address of [http], which the caller hasn't typed, says where nothing listens.
            let asked = server == nil ? "\(address): " : ""
            throw Exit.unavailable.saying("not ready: \(asked)\(error)")
        }
        guard reply.isSuccess else { throw Exit.unavailable.saying("not ready: \(reply.detail)") }
        print("ready")
    }

    private func address() throws -> String {
        if let server { return server }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        guard let address = configuration.http.localAddress else {
            throw Exit.usage.saying("[http] listens on socket files alone; --server names an address")
        }
        return address
    }
}
