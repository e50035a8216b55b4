import Foundation
import IXTestSupport

/// The receiver of callbacks: an HTTP server in its own process.
struct StormReceiver {
    let url: String
    private let process: TestProcess

    init(_ log: StormLog) async throws {
        let port = log.folder + "/port"
        let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/receiver.py"
        process = try TestProcess(
            "/usr/bin/env", ["python3", script, port, log.deliveries], keepsInput: true, ownsGroup: true)
        var text = ""
        let isUp = try await eventually(within: .seconds(30)) {
            // ignored: the receiver has not written its port yet
            text = ((try? String(contentsOfFile: port, encoding: .utf8)) ?? "").filter(\.isNumber)
            return !text.isEmpty
        }
        guard isUp else { throw TestFailure("the receiver didn't start") }
        url = "http://127.0.0.1:\(text)/"
    }

    func end() async throws {
        process.closeInput()
        _ = try await process.exitStatus()
    }
}
