/// 128 bits of FNV-1a. The hash distinguishes contents; it isn't cryptographic and must not protect secrets.
struct ContentHash: Equatable {
    private let value: UInt128

    init(_ bytes: some Sequence<UInt8>) {
        let prime = UInt128(1) << 88 + 0x13B
        value = bytes.reduce(UInt128(0x6c62_272e_07bb_0142) << 64 + 0x62b8_2175_6295_c58d) {
            ($0 ^ UInt128($1)) &* prime
        }
    }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
