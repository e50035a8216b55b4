import COpenAPI
import FoundationEssentials
import IXCore
import IXSQLite
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXServer

@Suite struct OpenAPITests {
    /// The document by method and path: the operation's name and its parameters behind the question mark.
    private struct Operation: Equatable, CustomStringConvertible {
        let name: String
        let parameters: Set<String>

        var description: String { "\(name) \(parameters.sorted())" }
    }

    @Test func `the document has the routes of the server, and no others`() async throws {
        try await TestFile.with { file in
            let view = DaemonView(
                storeName: "", isAlive: { true }, isStarted: { true }, unreadiness: { nil }, pipelines: { [] })
            let store = file.store()
            let routes = ServerCore(
                ServerSettings(bindings: []), ServerStores(reading: store, writing: store), view,
                Logger(label: "test")
            ).routes
            let served = Dictionary(
                uniqueKeysWithValues: routes.map { route in
                    (
                        "\(route.method.rawValue) \(route.path)",
                        Operation(name: route.operation, parameters: Set(route.parameters))
                    )
                })
            let written = try Self.written()
            #expect(Set(served.keys) == Set(written.keys))
            for (key, operation) in served { #expect(written[key] == operation, "\(key)") }
            await store.close()
        }
    }

    @Test func `an operation without a token says so, and every other one names its roles`() throws {
        let text = String(cString: ix_openapi())
        let paths = try #require(JSONDocument(response: text)["paths"]?.object)
        for path in paths.names {
            let methods = try #require(paths[path]?.object)
            for method in methods.names {
                let operation = try #require(methods[method]?.object)
                let isOpen = operation["security"]?.text == "[]" || operation["security"]?.elements?.isEmpty == true
                #expect(isOpen != (operation["description"]?.string?.hasPrefix("Roles: ") == true), "\(method) \(path)")
                // `[http] rate` bounds the requests of each token.
                let answers = operation["responses"]?.object?.names ?? []
                #expect(isOpen || answers.contains("429"), "\(method) \(path)")
            }
        }
    }

    private static func written() throws -> [String: Operation] {
        let paths = try #require(JSONDocument(response: String(cString: ix_openapi()))["paths"]?.object)
        var written: [String: Operation] = [:]
        for path in paths.names {
            let methods = try #require(paths[path]?.object)
            for method in methods.names {
                let operation = try #require(methods[method]?.object)
                let parameters = (operation["parameters"]?.elements ?? []).compactMap(\.object)
                    .filter { $0["in"]?.string == "query" }.compactMap { $0["name"]?.string }
                written["\(method.uppercased()) \(path)"] = Operation(
                    name: operation["operationId"]?.string ?? "", parameters: Set(parameters))
            }
        }
        return written
    }
}
