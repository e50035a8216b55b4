import Glibc

/// `JournalStream` recognizes a standard error connected to the journal.
public enum JournalStream {
    /// Returns true when standard error is the stream connected by systemd, by device and inode. Any other stream was
    /// put in between later.
    public static func isStandardError(_ environment: [String: String]) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
