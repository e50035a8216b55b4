import IXCommand
import IXCore
import IXStore

/// Runs `body`; a failure of the store ends the program with its message and sysexits code.
func reportingStoreErrors(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as StoreError {
        throw Exit.code(for: error).saying(PrintedText.safe(error.description))
    }
}
