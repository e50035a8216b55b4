/// A loop under test: its run, and its stop.
package struct RacedLoop: Sendable {
    package let run: @Sendable () async -> Void
    package let stop: @Sendable () async -> Void

    package init(run: @escaping @Sendable () async -> Void, stop: @escaping @Sendable () async -> Void) {
        (self.run, self.stop) = (run, stop)
    }
}

/// Runs new loops and stops each at another moment: before the run, at once, a little later; twice at a time, and once
/// more afterwards. Returns when every run and every stop has returned.
package func raceStops(rounds: Int = 100, _ make: () async throws -> RacedLoop) async rethrows {
    for round in 0..<rounds {
        let loop = try await make()
        if round % 4 == 0 { await loop.stop() }
        let run = Task { await loop.run() }
        for _ in 0..<round % 7 { await Task.yield() }
        async let first: Void = loop.stop()
        async let second: Void = loop.stop()
        _ = await (first, second)
        await run.value
        await loop.run()
        await loop.stop()
    }
}
