import FoundationEssentials

extension UUID {
    /// Reads the server's text, 32 hexadecimal digits with dashes between them; nil for any other text (an empty text
    /// is NULL).
    ///
    /// `UUID(uuidString:)` uses scanf, whose cost is measurable with three ids per job.
    init?(hexadecimal text: UnsafeRawBufferPointer) {
        guard text.count == 36 else { return nil }
        var at = 0
        var isValid = true
        let id: uuid_t = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { bytes in
            for index in 0..<16 {
                if text[at] == UInt8(ascii: "-") { at += 1 }
                guard at + 1 < 36, let high = text[at].nibble, let low = text[at + 1].nibble else {
                    isValid = false
                    return uuid_t(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                }
                bytes[index] = high << 4 | low
                at += 2
            }
            return bytes.load(as: uuid_t.self)
        }
        guard isValid else { return nil }
        self.init(uuid: id)
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit; nil for any other byte.
    fileprivate var nibble: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
