internal import ArgumentParser
import CStart
import Glibc
internal import IXCore

/// Prints a command's result. The programs write text for people to standard output by this function only.
///
/// The function shadows Swift's own `print`, so that foreign text can't reach a terminal without `PrintedText`. JSON
/// keeps its meaning, because JSON escapes these characters inside its strings.
/// Failure: ends the process with status 74 when standard output accepts no text, for example because of a full disk or
/// a missing reader.
package func print(_ text: String) {
    Swift.print(PrintedText.safe(text, keepsLines: true))
    StandardOutput.end(ix_output_failure())
}

/// Prints a line with colours. Requires: foreign text in the line went through `PrintedText`.
package func printPainted(_ line: String) {
    Swift.print(line)
    StandardOutput.end(ix_output_failure())
}

/// `StandardOutput` checks the success of all output.
enum StandardOutput {
    /// Ends the process with status 74 when output was lost, for example on a full disk.
    static func endIfLost() { end(ix_flush_output()) }

    /// Ends the process when output was lost. `code` is the `errno` of the lost output, 0 for complete output.
    static func end(_ code: Int32) {
        guard code != 0 else { return }
        exit(Exit.output.saying("standard output can't be written: \(String(cString: strerror(code)))").rawValue)
    }
}
