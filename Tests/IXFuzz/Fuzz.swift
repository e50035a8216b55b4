import Dispatch
import Glibc
import Synchronization

/// A run of many inputs of one kind.
public struct Fuzz: Sendable {
    public let kind: FuzzKind
    public let seed: UInt64
    /// The first number and how many.
    public let start: Int
    public let count: Int
    public let readers: Int

    public init(_ kind: FuzzKind, seed: UInt64, start: Int = 0, count: Int, readers: Int = 1) {
        (self.kind, self.seed, self.start, self.count, self.readers) = (
            kind, seed, start, count, max(1, min(readers, 16))
        )
    }

    public struct Fault: Sendable, CustomStringConvertible {
        public let kind: FuzzKind
        public let number: Int
        public let reason: String
        public let input: [UInt8]

        public var description: String {
            "\(kind.rawValue) \(number): \(reason): \(String(decoding: input.prefix(4096), as: UTF8.self).debugDescription)"
        }
    }

    public struct Result: Sendable {
        public let count: Int
        public let bytes: Int
        public let seconds: Double
        public let faults: [Fault]

        public var rate: Int { Int(Double(count) / max(seconds, 0.001)) }
    }

    /// How many of `all` inputs are each kind's.
    public static func shares(of all: Int, _ kinds: [FuzzKind]) -> [(kind: FuzzKind, count: Int)] {
        let sum = kinds.reduce(0) { $0 + $1.share }
        return kinds.map { ($0, max(1, all * $0.share / max(sum, 1))) }
    }

    /// The input of a number, to look at.
    public func input(_ number: Int) -> [UInt8] { Mutator.input(kind, Corpus(kind), seed: seed, number: number) }

    /// Blocks until all are read. A crash ends the process; which input it was stands on standard error.
    public func run() -> Result {
        CrashNote.install()
        let begun = ContinuousClock.now
        let found = Mutex<(faults: [Fault], bytes: Int)>(([], 0))
        DispatchQueue.concurrentPerform(iterations: readers) { slot in
            let (faults, bytes) = read(slot)
            found.withLock {
                $0.faults += faults
                $0.bytes += bytes
            }
        }
        let (faults, bytes) = found.withLock { $0 }
        return Result(
            count: count, bytes: bytes, seconds: (ContinuousClock.now - begun) / .seconds(1),
            faults: faults.sorted { $0.number < $1.number })
    }

    private func read(_ slot: Int) -> ([Fault], Int) {
        let scratch = "/dev/shm/ix-fuzz-\(getpid())-\(slot).toml"
        defer { unlink(scratch) }
        let (corpus, reader) = (Corpus(kind), Reader(scratch: scratch))
        var (faults, bytes): ([Fault], Int) = ([], 0)
        for number in stride(from: start + slot, to: start + count, by: readers) {
            let input = Mutator.input(kind, corpus, seed: seed, number: number)
            bytes += input.count
            CrashNote.note(kind, number, input, slot: slot)
            guard let reason = reader.fault(of: input, kind), faults.count < 20 else { continue }
            faults.append(Fault(kind: kind, number: number, reason: reason, input: input))
        }
        return (faults, bytes)
    }
}
