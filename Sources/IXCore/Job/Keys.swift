/// Rules for the short texts that name a job (`client_id`, `request_id`, `use_case`) and for callback URLs.
public enum Keys {
    /// Returns `value` when its length is 1 to 255 bytes and no control character is inside.
    ///
    /// Failure: `InvalidInput` naming `field`.
    @discardableResult
    public static func validated(_ value: String, field: String) throws(InvalidInput) -> String {
        let bytes = value.utf8.count
        guard bytes > 0 else { throw InvalidInput(field, "is empty") }
        guard bytes <= Limits.keyBytes else {
            throw InvalidInput(field, "over \(Limits.keyBytes) bytes")
        }
        guard !holdsControl(value) else {
            throw InvalidInput(field, "holds a control character")
        }
        return value
    }

    /// Returns `url` when callbacks can be sent to the URL. Throws `InvalidInput` naming `field`.
    @discardableResult
    public static func validatedURL(_ url: String, field: String = "callback_url") throws(InvalidInput) -> String {
        _ = try CallbackURL(url, field: field)  // ignored: only the faults of the URL count
        return url
    }

    /// Checks the bytes first, because every job has several keys and nearly all are ASCII.
    private static func holdsControl(_ value: String) -> Bool {
        var isPlain = true
        for byte in value.utf8 {
            if byte < 0x20 || byte == 0x7f { return true }
            if byte >= 0x80 { isPlain = false }
        }
        return !isPlain && value.unicodeScalars.contains(where: isControl)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
