/// Typed access to a setting. A mismatch is a defect in the table of keys and ends the process; no file can cause it.
extension Setting {
    var text: String {
        guard case .text(let text) = self else { mismatch("text") }
        return text
    }

    var secret: Secret {
        guard case .secret(let secret) = self else { mismatch("secret") }
        return secret
    }

    var integer: Int {
        guard case .integer(let integer) = self else { mismatch("integer") }
        return integer
    }

    var duration: Duration {
        switch self {
        case .seconds(let duration), .days(let duration): return duration
        default: mismatch("duration")
        }
    }

    var bool: Bool {
        guard case .bool(let bool) = self else { mismatch("bool") }
        return bool
    }

    var texts: [String] {
        guard case .texts(let texts) = self else { mismatch("texts") }
        return texts
    }

    var integers: [Int] {
        guard case .integers(let integers) = self else { mismatch("integers") }
        return integers
    }

    var table: [String: Secret] {
        guard case .table(let table) = self else { mismatch("table") }
        return table
    }

    private func mismatch(_ type: String) -> Never { preconditionFailure("a key's kind doesn't yield a \(type)") }
}
