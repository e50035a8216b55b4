import Glibc

/// Where a command speaks to the person who typed it; standard output holds only what was asked for.
public enum StandardError {
    public static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)  // ignored: there is nobody else to tell
    }
}
