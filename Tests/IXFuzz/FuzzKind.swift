/// What is read: each a reader of bytes that come from outside.
public enum FuzzKind: String, Sendable, CaseIterable {
    /// Requests and responses.
    case documents
    /// The configuration's file.
    case configuration
    /// Lines of a warm program.
    case lines
    /// A receiver's answer to a callback.
    case answers
    /// Lines of an export.
    case imports
    /// Callback URLs, times and cursors.
    case words
    /// Cron expressions.
    case cron

    /// How many of a hundred inputs, where none are named: by what they cost.
    var share: Int {
        switch self {
        case .documents: 30
        case .configuration: 1
        case .lines, .answers, .words: 20
        case .imports: 4
        case .cron: 5
        }
    }
}
