import FoundationEssentials
import Glibc
import IXCommand
import IXRepresentation
import IXServer
import IXStore
import Logging

/// The operator's token of a daemon in a terminal: a header line in `STATE/http-token`, for `curl -H @FILE`.
struct TokenFile: Sendable {
    private static let name = "local"
    private let path: String
    private let commands: FirstCommands

    init(directory: String, _ commands: FirstCommands) {
        path = directory + "/http-token"
        self.commands = commands
    }

    /// Makes the file and its token where none is, and prints how to call. A failure leaves the server as it is.
    func provide(_ stores: ServerStores, _ addresses: [String], _ logger: Logger) async {
        do {
            if !(try await stores.knowsToken(written)) { try await make(stores) }
            guard let address = addresses.first else { return }
            commands.lines(address: address, token: path).forEach(StandardError.say)
        } catch {
            logger.warning("no token file", metadata: ["reason": "\(error)"])
        }
    }

    /// The token in the file; nil without a readable file.
    private var written: TokenSecret? {
        // ignored: without the file a new one is made
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).last.flatMap { TokenSecret(String($0)) }
    }

    private func make(_ stores: ServerStores) async throws {
        let secret = TokenSecret()
        try await stores.replaceToken(
            AccessToken(
                id: secret.id, hash: secret.hash, name: Self.name, role: .operator, createdBy: "ix-worker"),
            as: "ix-worker")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let line = Array("Authorization: Bearer \(secret.text)\n".utf8)
        guard fchmod(descriptor, 0o600) == 0, write(descriptor, line, line.count) == line.count else {
            throw Failure(reason: String(cString: strerror(errno)))
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let reason: String
        var description: String { reason }
    }
}
