import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Runs `body`. A `StoreError` ends the program with the error's message and its sysexits code.
func reportingStoreErrors(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as StoreError {
        throw Exit.code(for: error).saying(PrintedText.safe(error.description))
    }
}

extension ConfigurationOptions {
    /// Runs a command that only shows rows, on one connection to the configured store. An error of the store ends the program
    /// with the error's message and code.
    func showing(_ body: (any JobStore) async throws -> Void) async throws { try await run(isReading: true, body) }

    /// Runs a command that changes rows; otherwise as `showing`.
    func changing(_ body: (any JobStore) async throws -> Void) async throws { try await run(isReading: false, body) }

    private func run(isReading: Bool, _ body: (any JobStore) async throws -> Void) async throws {
        let store = try load(environment: ProcessInfo.processInfo.environment).openStore(
            "ixctl", connections: 1, isReading: isReading)
        try await reportingStoreErrors { try await body(store) }
    }
}

/// Runs `body`. An error of the store, the file or its lines ends the program with the error's message and sysexits
/// code.
func reportingMoveErrors(_ body: () async throws -> Void) async throws {
    try await reportingStoreErrors {
        do { try await body() } catch let error as InvalidInput {
            throw Exit.usage.saying(error.description)
        } catch let error as FileTrouble {
            throw Exit.temporary.saying(error.description)
        }
    }
}
