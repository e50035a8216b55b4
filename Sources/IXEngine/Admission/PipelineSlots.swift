import Synchronization

/// `PipelineSlots` counts each pipeline's jobs and the slots that claims hold, against the pipeline's limit.
///
/// A claim may bring a job of any pipeline, so a claim holds a slot at every limited pipeline with room. A pipeline
/// therefore never has more jobs than slots.
struct PipelineSlots {
    /// Counts a pipeline's running jobs, without a lock because every job passes here. One `Counter` exists for each
    /// pipeline name for as long as the process lives.
    final class Counter: Sendable {
        let name: String
        private let running = Atomic(0)

        fileprivate init(_ name: String) { self.name = name }

        /// The number of running jobs.
        var count: Int { running.load(ordering: .sequentiallyConsistent) }

        /// Counts a job that begins. A claim's slot is released after the call, never before.
        func begin() { running.add(1, ordering: .sequentiallyConsistent) }

        /// Counts a job that has ended.
        func end() { running.subtract(1, ordering: .sequentiallyConsistent) }
    }

    private struct Entry {
        let counter: Counter
        var concurrency: Int?
        /// The slots that claims hold.
        var reserved = 0
        /// True after a claim found no slot here; the next free slot is then told.
        var isWanted = false

        var underWay: Int { counter.count + reserved }
    }

    private var counters: [String: Counter] = [:]
    private var entries: [String: Entry] = [:]

    /// The jobs of a pipeline in this daemon, and its limit.
    struct Load: Sendable {
        let pipeline: String
        let running: Int
        let concurrency: Int?
    }

    /// The loads of all pipelines, sorted by name.
    var loads: [Load] {
        entries.map { Load(pipeline: $0, running: $1.counter.count, concurrency: $1.concurrency) }
            .sorted { $0.pipeline < $1.pipeline }
    }

    /// The pipelines that have slots or jobs.
    var pipelines: Set<String> { Set(entries.keys) }

    /// True while no pipeline has a limit and no claim holds a slot.
    var areUnlimited: Bool { entries.values.allSatisfy { $0.concurrency == nil && $0.reserved == 0 } }

    /// Returns the pipeline's counter, which never changes while the process lives.
    mutating func counter(of name: String) -> Counter {
        if let counter = counters[name] { return counter }
        let counter = Counter(name)
        counters[name] = counter
        return counter
    }

    /// Sets the limits of the pipelines; nil means no limit. A removed pipeline stays while its jobs run, so that the
    /// jobs can release their slots.
    mutating func apply(_ limits: [String: Int?]) {
        for (name, concurrency) in limits {
            var entry = entries[name] ?? Entry(counter: counter(of: name))
            entry.concurrency = concurrency
            entries[name] = entry
        }
        entries = entries.filter { limits.keys.contains($0.key) || $0.value.underWay > 0 }
    }

    /// Reserves a slot at every limited pipeline with room. Returns the pipelines of the reserved slots, and the full
    /// pipelines. `ceiling` returns a further limit of a pipeline; nil means none.
    mutating func reserve(under ceiling: (String) -> Int?) -> (held: Set<String>, full: Set<String>) {
        var held: Set<String> = []
        var full: Set<String> = []
        for (name, entry) in entries {
            guard let limit = Self.least(ceiling(name), entry.concurrency) else { continue }
            if entry.underWay < limit { held.insert(name) } else { full.insert(name) }
        }
        for name in held { entries[name]?.reserved += 1 }
        for name in full { entries[name]?.isWanted = true }
        return (held, full)
    }

    private static func least(_ one: Int?, _ other: Int?) -> Int? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// Releases the slots that a claim reserved. `taken` is the pipeline whose slot goes over to the claimed job, which
    /// the pipeline's counter has counted already. Returns true when a claim found one of the free slots taken.
    ///
    /// The taken slot is told to no claim, neither now nor at the job's end, because the job's worker asks again then.
    mutating func release(_ held: Set<String>, taken: String?) -> Bool {
        for name in held { entries[name]?.reserved -= 1 }
        return held.count { tell($0) && $0 != taken } > 0
    }

    /// Notes that a job has ended. Returns true when a claim found the pipeline full.
    mutating func ended(_ name: String) -> Bool { tell(name) }

    /// Returns true once after a claim found the pipeline full.
    private mutating func tell(_ name: String) -> Bool {
        defer { entries[name]?.isWanted = false }
        return entries[name]?.isWanted ?? false
    }
}
