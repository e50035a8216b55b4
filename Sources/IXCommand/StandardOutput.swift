internal import ArgumentParser
import CStart
import Glibc
internal import IXCore

/// Prints a command's result. The programs write text for people to standard output only by this function.
///
/// Shadows Swift's own `print`, so that foreign text can't reach a terminal past `PrintedText`. JSON keeps its meaning: what
/// is escaped there stands inside of strings, as JSON's own escapes.
/// Failure: ends the process with 74 where standard output takes nothing: a full disk, a reader that is gone.
public func print(_ text: String) {
    Swift.print(PrintedText.safe(text, keepsLines: true))
    StandardOutput.end(ix_output_failure())
}

/// What became of all that was printed.
enum StandardOutput {
    /// Ends the process with 74 when some of it is lost: on a full disk, say.
    static func endIfLost() { end(ix_flush_output()) }

    /// `code`: an error's, 0 for none.
    static func end(_ code: Int32) {
        guard code != 0 else { return }
        exit(Exit.output.saying("standard output can't be written: \(String(cString: strerror(code)))").rawValue)
    }
}
