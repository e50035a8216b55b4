import IXTestSupport

/// Makes an input of a kind from its seed and number: always the same one.
struct Mutator {
    private let corpus: Corpus
    private var random: SeededGenerator

    static func input(_ kind: FuzzKind, _ corpus: Corpus, seed: UInt64, number: Int) -> [UInt8] {
        let index = UInt64(FuzzKind.allCases.firstIndex(of: kind) ?? 0)
        var mutator = Mutator(
            corpus: corpus,
            random: SeededGenerator(seed: seed &* 0x9E37_79B9 ^ index << 56 ^ UInt64(number) &* 0xD129_0AF2_D5C4_11A5))
        return mutator.make()
    }

    private mutating func make() -> [UInt8] {
        var bytes = pick(corpus.seeds)
        for _ in 0..<(below(8) == 0 ? 0 : 1 + below(6)) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let at = below(bytes.count + 1)
        switch below(9) {
        case 0, 1, 2: bytes.insert(contentsOf: pick(corpus.pieces), at: at)
        case 3: if at < bytes.count { bytes[at] ^= 1 << UInt8(below(8)) }
        case 4: if at < bytes.count { bytes[at] = UInt8(below(256)) }
        case 5: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(12)))
        case 6:
            // Put what stands here somewhere else once more.
            let piece = Array(bytes[at..<min(bytes.count, at + 1 + below(24))])
            bytes.insert(contentsOf: piece, at: below(bytes.count + 1))
        case 7:
            let piece = pick(corpus.pieces)
            for _ in 0..<(1 + below(80)) { bytes.insert(contentsOf: piece, at: min(at, bytes.count)) }
        default:
            let other = pick(corpus.seeds)
            bytes = Array(bytes[..<at]) + other[min(below(other.count + 1), other.count)...]
        }
    }

    private mutating func pick(_ all: [[UInt8]]) -> [UInt8] { all[below(all.count)] }
    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
}
