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
        withUnsafeMutableBytes(of: &word, fill)
        return word
    }

    /// Fills the bytes, 256 at most. An id that isn't random could equal another job's id.
    fileprivate static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress, getentropy(start, bytes.count) == 0 else {
            fatalError(fault ?? "getrandom failed")
        }
    }
}

extension UUID {
    /// A random one, version 4.
    public static func random() -> UUID {
        var id: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        // One call for all bytes, because each job has an id of its claim.
        withUnsafeMutableBytes(of: &id, KernelRandom.fill)
        id.6 = id.6 & 0x0f | 0x40
        id.8 = id.8 & 0x3f | 0x80
        return UUID(uuid: id)
    }

    /// The id of a new job: random, but for the first byte, which the time sets. For 256 seconds all jobs stand in one of 256
    /// stretches of an index, so that a large table is written in few places; and the first digits still tell jobs apart, by
    /// which people name them.
    public static func ofJob() -> UUID { ofJob(at: time(nil)) }

    /// The id of a job inserted so many seconds after 1970.
    static func ofJob(at seconds: Int) -> UUID {
        var id = random().uuid
        id.0 = UInt8(truncatingIfNeeded: seconds >> 8)
        return UUID(uuid: id)
    }
}
