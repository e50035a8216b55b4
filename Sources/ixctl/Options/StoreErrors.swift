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
