import Glibc

/// Says which input a crash came from: readers note what they are about to read, and the handler of the signal writes all notes.
final class CrashNote: @unchecked Sendable {
    // Slots are made once, before any reader runs; each is written by one reader, and read by the handler while that one is stopped.
    private static let slots = 16
    private static let width = 8192
    nonisolated(unsafe) private static let notes = UnsafeMutablePointer<UInt8>.allocate(capacity: slots * width)
    nonisolated(unsafe) private static let lengths = UnsafeMutablePointer<Int>.allocate(capacity: slots)

    static func install() {
        lengths.initialize(repeating: 0, count: slots)
        notes.initialize(repeating: 0, count: slots * width)
        for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] { Glibc.signal(signal, handler) }
    }

    /// `slot` from 0 on, one a reader.
    static func note(_ kind: FuzzKind, _ number: Int, _ bytes: [UInt8], slot: Int) {
        guard slot < slots else { return }
        let start = notes + slot * width
        var length = 0
        func append(_ source: UnsafeBufferPointer<UInt8>) {
            let count = min(source.count, width - length)
            if count > 0, let base = source.baseAddress { (start + length).update(from: base, count: count) }
            length += max(count, 0)
        }
        Array("\(kind.rawValue) \(number): ".utf8).withUnsafeBufferPointer { append($0) }
        bytes.withUnsafeBufferPointer { append($0) }
        lengths[slot] = length
    }

    private static let handler: @convention(c) (Int32) -> Void = { signal in
        let words: StaticString = "\ncrashed; one of these inputs did it:\n"
        _ = Glibc.write(2, words.utf8Start, words.utf8CodeUnitCount)
        for slot in 0..<slots where lengths[slot] > 0 {
            _ = Glibc.write(2, notes + slot * width, lengths[slot])
            _ = Glibc.write(2, "\n", 1)
        }
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
    }
}
