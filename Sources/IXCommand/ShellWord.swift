extension String {
    /// The text as one word of a shell, for commands that people copy.
    package var shellWord: String {
        let isPlain = unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "/._-".unicodeScalars.contains($0)
        }
        return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
    }
}
