import FoundationEssentials
import Glibc
import IXCore
import IXLogs

/// Where a command speaks to the person who typed it; standard output holds only what was asked for.
public enum StandardError {
    /// Started by systemd, what a command says here is a fault: the journal shall know it for one.
    private static let prefix = JournalStream.isStandardError(ProcessInfo.processInfo.environment) ? "<3>" : ""

    public static func say(_ text: String) {
        let lines = PrintedText.safe(text, keepsLines: true).split(separator: "\n", omittingEmptySubsequences: false)
            .map { prefix + $0 + "\n" }
        StreamWrite.all(Array(lines.joined().utf8), to: STDERR_FILENO)  // ignored: no other place is left to tell it
    }
}
