/// `TypedWords` finds the command on a command line whose options stand in front of it.
enum TypedWords {
    private static let options = ["--config", "--set"]

    /// Returns `arguments` from the first that is neither an option of the configuration nor such an option's value.
    static func behindOptions(_ arguments: ArraySlice<String>) -> ArraySlice<String> {
        var rest = arguments
        while let first = rest.first {
            if options.contains(first) {
                rest = rest.dropFirst(2)
            } else if options.contains(where: { first.hasPrefix($0 + "=") }) {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        return rest
    }
}
