public import FoundationEssentials

extension UUID {
    /// Returns a random UUID of version 4.
    ///
    /// `UUID()` opens and reads /dev/urandom every time, which costs measurable time where every claim needs an id.
    /// This function asks the kernel directly.
    public static func random() -> UUID {
        var source = SystemRandomNumberGenerator()
        var words = (source.next(), source.next())
        return withUnsafeBytes(of: &words) { bytes in
            var id = bytes.loadUnaligned(as: uuid_t.self)
            id.6 = id.6 & 0x0f | 0x40
            id.8 = id.8 & 0x3f | 0x80
            return UUID(uuid: id)
        }
    }
}
