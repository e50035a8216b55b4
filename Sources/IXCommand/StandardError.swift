import FoundationEssentials
import Glibc
import IXCore
import IXTelemetry
import Synchronization

/// `StandardError` prints a command's messages for people. Standard output contains only the requested data.
package enum StandardError {
    /// A priority prefix for the journal, because a message of a command started by systemd is a fault.
    private static let prefix = JournalStream.isStandardError(ProcessInfo.processInfo.environment) ? "<3>" : ""

    /// What goes in front of the first message; nil for nothing.
    private static let preface = Mutex<String?>(nil)

    /// Keeps a text for the first message: a command that has nothing to say doesn't say this either.
    package static func sayFirst(_ text: String) { preface.withLock { $0 = text } }

    /// Prints the text, which may have several lines. Control characters are made harmless.
    package static func say(_ text: String) {
        let first = preface.withLock { preface in
            defer { preface = nil }
            return preface
        }
        if let first { say(first) }
        let lines = PrintedText.safe(text, keepsLines: true).split(separator: "\n", omittingEmptySubsequences: false)
            .map { prefix + $0 + "\n" }
        StreamWrite.all(Array(lines.joined().utf8), to: STDERR_FILENO)  // ignored: no other place is left to tell it
    }
}
