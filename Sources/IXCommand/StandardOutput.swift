internal import IXCore

/// Prints a command's result. The programs write text for people to standard output only by this function.
///
/// The function shadows Swift's own `print`, so that foreign text reaches a terminal only through `PrintedText`. JSON
/// keeps its meaning, because only characters inside strings are escaped, by JSON's own escapes.
public func print(_ text: String) { Swift.print(PrintedText.safe(text, keepsLines: true)) }
