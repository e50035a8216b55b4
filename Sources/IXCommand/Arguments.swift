import Glibc

/// `Arguments` checks the command line before any parser reads the words.
package enum Arguments {
    /// Ends the program with status 64 when an argument isn't UTF-8, because two file names of a Latin-1 system could
    /// otherwise become one text.
    package static func check() {
        for number in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[number] else { continue }
            guard String(validatingCString: argument) == nil else { continue }
            let shown = String(cString: argument)
            _ = Exit.usage.saying("argument \(number) is not UTF-8: \(shown)")
            exit(Exit.usage.rawValue)
        }
    }
}
