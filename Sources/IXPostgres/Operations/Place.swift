/// `Place` is where a row's version lies in its table: the server's tid. A place is a hint: the row may have moved since.
struct Place: Hashable, Sendable {
    let block: UInt32
    let offset: UInt16

    /// The place where no row lies.
    static let nowhere = Place(block: 0, offset: 0)
}

extension Parameters {
    mutating func append(_ place: Place) { binary { $0.add(place) } }
    mutating func append(_ places: [Place]) { array(places, type: 27, width: 6) { $0.add($1) } }
}

extension PostgresRows.Row {
    /// Returns the place in a column in the server's binary form, nil for NULL or for another type.
    func place(at number: Int32) -> Place? {
        let bytes = bytes(at: number)
        guard bytes.count == 6 else { return nil }
        return Place(
            block: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)),
            offset: UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ place: Place) {
        Swift.withUnsafeBytes(of: place.block.bigEndian) { append(contentsOf: $0) }
        Swift.withUnsafeBytes(of: place.offset.bigEndian) { append(contentsOf: $0) }
    }
}
