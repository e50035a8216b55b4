/// The newest events of a source, numbered from 1, for readers of any speed.
struct EventBacklog<Value: Sendable>: Sendable {
    /// Events kept, and so the most that a reader may be behind.
    static var most: Int { 16 }

    /// Number of the newest event; 0 without any.
    private(set) var last = 0
    private var values: [Value] = []

    /// Adds an event, and forgets the oldest beyond `most`.
    mutating func append(_ value: Value) {
        last += 1
        values.append(value)
        if values.count > Self.most { values.removeFirst() }
    }

    /// Returns the events behind number `known`, oldest first. A reader that is more than `most` events behind gets the
    /// newest event alone, and the number of those that it misses.
    func read(after known: Int) -> (events: [(number: Int, value: Value)], missed: Int) {
        let behind = last - known
        guard behind > 0, !values.isEmpty else { return ([], 0) }
        let count = behind > values.count ? 1 : behind
        let numbers = (last - count + 1)...last
        return (Array(zip(numbers, values.suffix(count))).map { ($0, $1) }, behind - count)
    }
}
