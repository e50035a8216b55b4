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
            throw InvalidInput(field, "\(bytes) bytes, limit \(Limits.keyBytes)")
        }
        guard !holdsControl(value) else {
            throw InvalidInput(field, "holds a control character")
        }
        return value
    }

    /// Returns `url` when it is an absolute http or https URL with a host, of at most 2,048 bytes.
    ///
    /// Failure: `InvalidInput` naming `field`.
    @discardableResult
    public static func validatedURL(_ url: String, field: String = "callback_url") throws(InvalidInput) -> String {
        let bytes = url.utf8.count
        guard bytes <= Limits.urlBytes else { throw InvalidInput(field, "\(bytes) bytes, limit \(Limits.urlBytes)") }
        let blank = url.unicodeScalars.contains { isControl($0) || $0 == " " }
        guard !blank, let rest = afterScheme(url), let first = rest.first, !"/?#:@".contains(first) else {
            throw InvalidInput(field, "is not an absolute http or https URL")
        }
        return url
    }

    private static func afterScheme(_ url: String) -> Substring? {
        for scheme in ["http://", "https://"] where url.lowercased().hasPrefix(scheme) {
            return url.dropFirst(scheme.count)
        }
        return nil
    }

    /// Looks at bytes first, for speed: every job has several keys, nearly all of ASCII alone.
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
