package import ArgumentParser
import CStart
package import IXStore

/// `Exit` holds the exit codes of `sysexits.h`. `no` (1) means that the command worked and its answer is no.
package enum Exit: Int32, Sendable {
    case no = 1
    case usage = 64
    case unavailable = 69
    case `internal` = 70
    case output = 74
    case temporary = 75
    case permission = 77
    case configuration = 78

    /// Prints `message` on standard error and returns the error to throw.
    package func saying(_ message: String) -> ExitCode {
        StandardError.say("\(String(cString: ix_program_name())): \(message)")
        return ExitCode(rawValue)
    }

    /// Returns the exit code for an error of the store.
    package static func code(for error: StoreError) -> Exit {
        if error.isRefusal { return error.storeCode == "3D000" ? .configuration : .permission }
        return switch error.code {
        case .unavailable, .deadlineExceeded, .conflict, .inUse, .fileSystem: .unavailable
        case .full, .busy, .locked, .queueFull: .temporary
        case .invalidInput: .usage
        case .permission: .permission
        case .schema, .misconfigured, .misplaced: .configuration
        case .unreadable, .internal: .internal
        }
    }
}
