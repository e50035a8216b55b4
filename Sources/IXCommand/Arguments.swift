import Glibc

/// What was typed, before anything reads it.
public enum Arguments {
    /// Ends the program with 64 when an argument isn't UTF-8: two names of a Latin-1 system would become one text.
    public static func check() {
        for number in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[number] else { continue }
            guard String(validatingCString: argument) == nil else { continue }
            let shown = String(cString: argument)
            _ = Exit.usage.saying("argument \(number) is not UTF-8: \(shown)")
            exit(Exit.usage.rawValue)
        }
    }
}
