import Glibc

/// Random numbers of the kernel's (getrandom(2)): the one source of ids, keys and pauses.
///
/// Not Foundation's own `UUID` and not a file: where /dev/urandom can't be opened they give zeros, and say nothing.
public struct KernelRandom: RandomNumberGenerator, Sendable {
    public init() {}

    /// Why there are none, nil when there are: for a program's start. Whatever has them once has them always.
    public static var fault: String? {
        var word: UInt64 = 0
        guard getentropy(&word, MemoryLayout<UInt64>.size) != 0 else { return nil }
        return
            "the kernel gives no random numbers, which ids need: getrandom: \(String(cString: strerror(errno)))"
    }

    public mutating func next() -> UInt64 { Self.word() }

    public static func word() -> UInt64 {
        var word: UInt64 = 0
        // An id that isn't random would be taken for another job's.
        guard getentropy(&word, MemoryLayout<UInt64>.size) == 0 else { fatalError(fault ?? "getrandom failed") }
        return word
    }
}
