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
        help: ArgumentHelp("File with the server's token, alone or behind `Authorization: Bearer`.", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
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
                let bytes: [UInt8]
                do throws(InvalidInput) { bytes = try InputFile(tokenFile, "--token-file").read(upTo: 4096) } catch {
                    throw Exit.usage.saying(error.description)
                }
                let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
                guard let last = words.last else {
                    throw Exit.usage.saying("--token-file: \(tokenFile) holds no token")
                }
                token = String(last)
            }
            return RemoteServer(server, token: token)
        }
    }
}
