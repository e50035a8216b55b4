import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

@testable import IXServer

/// Operators without a token, through the service manager's socket file.
@Suite(.timeLimit(.minutes(2))) struct OperatorTests {
    @Test(arguments: [
        (0, [], true), (1000, [7], true), (1000, [1, 7, 9], true), (1000, [1], false), (1000, [], false),
        (33, [7], false),
        (33, [], false),
    ])
    func `root and the group's members are operators, the daemon's own user never`(
        _ user: uid_t, _ groups: [gid_t], _ isOperator: Bool
    ) {
        #expect(Operators(group: "g", groupID: 7, own: 33).isOperator(user, groups) == isOperator)
        #expect(Operators(group: "g", groupID: nil, own: 33).isOperator(user, groups) == (user == 0))
        #expect(!Operators(group: "g", groupID: 7, own: 0).isOperator(0, [7]))
    }

    @Test(arguments: [(65_534, true), (0, true), (33, false), (1000, false)])
    func `where users are hidden, the mode of the file stands for the group`(_ user: uid_t, _ isOperator: Bool) {
        let hidden = Operators(group: "g", groupID: 7, own: 33, isGuardedByFile: true)
        #expect(hidden.isOperator(user, [65_534]) == isOperator)
        #expect(!Operators(group: "g", groupID: 7, own: 33).isOperator(65_534, [65_534]))
        #expect(!Operators(group: "g", groupID: 7, own: 65_534, isGuardedByFile: true).isOperator(65_534, [7]))
    }

    /// Peers by user, group and further groups; the daemon runs as root here, and the group of operators is `daemon`.
    private static let peers: [(arguments: [String], isOperator: Bool)] = [
        (["--reuid=65534", "--regid=65534", "--groups=1"], true),
        (["--reuid=65534", "--regid=1", "--clear-groups"], true),
        (["--reuid=65534", "--regid=65534", "--groups=2,3"], false),
        (["--reuid=65534", "--regid=65534", "--clear-groups"], false),
        (["--reuid=0", "--regid=0", "--groups=1"], false),
    ]

    @Test(.enabled(if: geteuid() == 0), arguments: [true, false])
    func `the kernel says who is at the other end, on the service manager's socket file alone`(
        _ isManagers: Bool
    ) async throws {
        try await TestFile.with { file in
            #expect(chmod(file.directory, 0o755) == 0)
            let path = file.directory + "/http.sock"
            let binding: Binding =
                isManagers
                ? .inherited(try Self.listen(path), isLocal: true, isSocketFile: true, operatorsPath: path)
                : .path(path)
            try await ServedStore.with {
                $0.bindings = [binding]
                $0.operatorGroup = "daemon"
            } _: { served in
                #expect(chmod(path, 0o666) == 0)
                for (arguments, isOperator) in Self.peers {
                    let isExpected = isOperator && isManagers
                    let who = try await Self.ask(path, "/v1/whoami", arguments)
                    #expect(who.last == (isExpected ? "200" : "401"), "\(arguments) \(who)")
                    if isExpected { #expect(who.first?.contains(#""role":"operator""#) == true) }
                }
                // A token that is shown is judged, and opens nothing by the way.
                let wrong = try await Self.ask(path, "/v1/whoami", Self.peers[0].arguments, "authorization: Bearer x")
                #expect(wrong.last == "401")
                if isManagers {
                    let erase = try await Self.ask(path, "/v1/audit", Self.peers[0].arguments)
                    #expect(erase.last == "200")
                }
            }
        }
    }

    /// The body and the status of an answer to a peer.
    private static func ask(
        _ path: String, _ target: String, _ arguments: [String], _ field: String = "accept: */*"
    ) async throws -> [String] {
        let process = try TestProcess(
            "/usr/bin/setpriv",
            arguments + [
                "curl", "-sS", "--max-time", "20", "--unix-socket", path, "-H", field, "-w", "\n%{http_code}\n",
                "http://localhost\(target)",
            ])
        _ = try await process.exitStatus(within: .seconds(30))  // ignored: the lines say what became of the request
        return process.lines
    }

    private static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, Glibc.listen(descriptor, 16) == 0 else { throw TestFailure("no socket at \(path)") }
        return descriptor
    }
}
