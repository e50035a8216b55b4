import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore

/// The options which lead a command to an HTTP server instead of the store.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask this HTTP server instead of the store; the output is JSON.", valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp("File with the server's token, alone or behind `Authorization: Bearer`.", valueName: "file"))
    var tokenFile: String?

    func validate() throws {
        guard let server else {
            guard tokenFile == nil else { throw ValidationError("--token-file goes with --server.") }
            return
        }
        do throws(InvalidInput) { try Keys.validatedURL(server, field: "--server") } catch {
            throw ValidationError(error.description)
        }
    }

    /// The server; nil without `--server`. Ends the program with 64 when the token's file can't be read.
    var remote: RemoteServer? {
        get throws {
            guard let server else { return nil }
            var token: String?
            if let tokenFile {
                // ignored: whatever the reason, the file can't be used
                guard let text = try? String(contentsOfFile: tokenFile, encoding: .utf8),
                    let last = text.split(whereSeparator: \.isWhitespace).last
                else { throw Exit.usage.saying("--token-file: \(tokenFile) holds no token") }
                token = String(last)
            }
            return RemoteServer(server, token: token)
        }
    }
}
