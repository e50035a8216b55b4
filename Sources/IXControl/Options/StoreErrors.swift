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
