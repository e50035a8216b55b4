public import FoundationEssentials

extension UUID {
    /// A random one, version 4.
    public static func random() -> UUID {
        var source = KernelRandom()
        var words = (source.next(), source.next())
        return withUnsafeBytes(of: &words) { bytes in
            var id = bytes.loadUnaligned(as: uuid_t.self)
            id.6 = id.6 & 0x0f | 0x40
            id.8 = id.8 & 0x3f | 0x80
            return UUID(uuid: id)
        }
    }
}
