import Glibc

/// Whether standard error leads to the journal.
public enum JournalStream {
    /// systemd says by device and inode what it connected; anything else was put in between by somebody.
    public static func isStandardError(_ environment: [String: String]) -> Bool {
        guard let stream = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
