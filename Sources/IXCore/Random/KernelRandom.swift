public import FoundationEssentials
import Glibc

/// `KernelRandom` returns random numbers of the kernel (getrandom(2)). All ids, keys and pauses come from the
/// generator.
///
/// Foundation's `UUID` and files aren't used, because both give zeros without an error when /dev/urandom can't be
/// opened.
public struct KernelRandom: RandomNumberGenerator, Sendable {
    /// Creates a generator; every generator reads from the kernel.
    public init() {}

    /// The reason why the kernel gives no random numbers; nil when the kernel does. A program checks at its start,
    /// because a kernel that gave random numbers once always does.
    public static var fault: String? {
        var word: UInt64 = 0
        guard getentropy(&word, MemoryLayout<UInt64>.size) != 0 else { return nil }
        return
            "the kernel gives no random numbers, which ids need: getrandom: \(String(cString: strerror(errno)))"
    }

    /// Returns a random number. Failure: ends the process when the kernel gives none.
    public mutating func next() -> UInt64 { Self.word() }

    /// Returns a random number. Failure: ends the process when the kernel gives none.
    public static func word() -> UInt64 {
        var word: UInt64 = 0
        // An id that isn't random could equal another job's id.
        guard getentropy(&word, MemoryLayout<UInt64>.size) == 0 else { fatalError(fault ?? "getrandom failed") }
        return word
    }
}

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

    /// A time-ordered one, version 7: the milliseconds since 1970, then 74 random bits. New rows of a table go to the
    /// end of an index on such ids.
    public static func timeOrdered(at moment: Date = Date()) -> UUID {
        let milliseconds = UInt64(max(0, min(moment.timeIntervalSince1970 * 1000, 0xffff_ffff_ffff)))
        var id = random().uuid
        (id.0, id.1, id.2) = (milliseconds.byte(5), milliseconds.byte(4), milliseconds.byte(3))
        (id.3, id.4, id.5) = (milliseconds.byte(2), milliseconds.byte(1), milliseconds.byte(0))
        id.6 = id.6 & 0x0f | 0x70
        return UUID(uuid: id)
    }
}

extension UInt64 {
    fileprivate func byte(_ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: self >> (index * 8)) }
}
