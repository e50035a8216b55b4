internal import IXCore

/// Prints what a command was asked for: the one way in which the programs write text for people to standard output.
///
/// Shadows Swift's own `print`, so that foreign text can't reach a terminal past `PrintedText`. JSON keeps its meaning: what
/// is escaped there stands inside of strings, as JSON's own escapes.
public func print(_ text: String) { Swift.print(PrintedText.safe(text, keepsLines: true)) }
