/// `RetryOutcome` is an outcome of a run that a retry policy names: every error, an error's code, or a program's exit status.
enum RetryOutcome: Equatable {
    /// `*`: every error but `cancelled`.
    case any
    /// An error's code, such as `timeout`.
    case code(String)
    /// `exit:3`: the exit status of an `exec` pipeline's program.
    case exit(Int32)

    /// Nil for a text that is no outcome.
    init?(_ text: String) {
        if text == "*" {
            self = .any
        } else if text.hasPrefix("exit:") {
            guard let status = Int32(text.dropFirst("exit:".count)), (1...255).contains(status) else { return nil }
            self = .exit(status)
        } else {
            guard !text.isEmpty, text != "cancelled", text.utf8.count <= 255 else { return nil }
            self = .code(text)
        }
    }

    /// What stands in place of a text that is no outcome.
    static func wanted(insteadOf text: String) -> String {
        if text.hasPrefix("exit:") { return "exit:1 to exit:255" }
        return text == "cancelled"
            ? "an error that can be retried" : "an error code of 1 to 255 bytes, exit:STATUS or *"
    }
}
