import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXCallbacks

/// Runs and drains of the delivery of callbacks, in any order: each returns in time, and no loop is left.
@Suite(.timeLimit(.minutes(2))) struct DeliveryStopTests {
    private static func delivery(_ store: MemoryStore, callLimit: Duration = .seconds(10)) throws -> CallbackDelivery {
        let settings = CallbackSettings(
            limits: PostLimits(), concurrency: 4, perClient: 4, perEndpoint: 4, perAddress: 4, pauses: [],
            breakerFailures: 5, breakerPause: .seconds(60), poll: .seconds(600), policy: EgressPolicy(.strict),
            secrets: try SigningSecrets(), userAgent: "test")
        return CallbackDelivery(
            settings: settings, store: store, callLimit: callLimit, logger: Logger(label: "test"))
    }

    private static func isOver(_ delivery: CallbackDelivery) -> Bool {
        !delivery.liveness.isLate(at: .now + .seconds(365 * 86_400))
    }

    @Test func `a run and its drains all return, in any order, and the loop has ended`() async throws {
        try await raceStops {
            let delivery = try Self.delivery(MemoryStore())
            return RacedLoop(
                run: { await delivery.run { .random() } },
                stop: {
                    delivery.wake()
                    await delivery.drain(upTo: .seconds(60))
                    #expect(Self.isOver(delivery))
                })
        }
    }

    @Test func `a drain before the run returns, and a later run asks the store for nothing`() async throws {
        let store = MemoryStore()
        let delivery = try Self.delivery(store)
        await delivery.drain(upTo: .seconds(60))
        let held = store.hold(until: Latch())
        await delivery.run { .random() }
        await delivery.drain(upTo: .seconds(60))
        #expect(!held.isOpen && Self.isOver(delivery))
    }

    @Test func `a second run adds no second loop`() async throws {
        let store = MemoryStore()
        let held = store.hold(until: Latch())
        let delivery = try Self.delivery(store)
        let claims = Locked(0)
        for _ in 0..<10 {
            Task {
                await delivery.run {
                    claims.value += 1
                    return .random()
                }
            }
        }
        delivery.wake()
        await held.wait()
        store.release()
        await delivery.drain(upTo: .seconds(60))
        #expect(claims.value <= 2, "one loop claims once at the wake-up, and perhaps once more in the drain")
    }

    @Test func `a store that never answers keeps no drain from returning`() async throws {
        let store = MemoryStore()
        let held = store.hold(until: Latch())
        let delivery = try Self.delivery(store, callLimit: .milliseconds(10))
        let run = Task { await delivery.run { .random() } }
        await held.wait()
        let start = ContinuousClock.now
        await delivery.drain(upTo: .milliseconds(10))
        #expect(ContinuousClock.now - start < .seconds(20))
        store.release()
        await run.value
    }
}
