import Foundation
import IXHistory
import IXTestSupport

/// A producer which enqueues jobs in a row, repeats each call until the acknowledgement, and records call and answer.
struct StormProducer: Sendable {
    let name: String
    let url: String
    let callback: String
    let log: StormLog
    let seed: UInt64
    /// True when one job in 150 is poisonous: the test kills the daemon which runs the job.
    let isPoisonous: Bool

    func run(until end: ContinuousClock.Instant) async throws {
        let session = SQLSession(url)
        var luck = SeededGenerator(seed: seed)
        var number = 0
        while ContinuousClock.now < end {
            number += 1
            let isPoison = isPoisonous && number % 150 == 10
            try await enqueue("\(number)", isPoison ? ("poison", "{}", 2) : Self.work(&luck), session, end)
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...120, using: &luck)))
        }
        await session.close()
    }

    private func enqueue(
        _ key: String, _ work: Work, _ session: SQLSession, _ end: ContinuousClock.Instant
    ) async throws {
        log.enqueues.add(Enqueue(at: now(), clientID: name, requestID: key))
        while ContinuousClock.now < end + .seconds(30) {
            do {
                let job = try await session.sql(
                    """
                    SELECT job_id FROM ix_enqueue($1::jsonb, $2, use_case => $3, client_id => $4, request_id => $5,
                                                  max_attempts => $6::integer)
                    """, [work.fields, callback, work.useCase, name, key, "\(work.maxAttempts)"])[0][0]
                return log.enqueues.add(Enqueue(at: now(), clientID: name, requestID: key, jobID: job))
            } catch {
                // The call was not acknowledged, so the producer repeats it after 100 ms.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// A job to enqueue. 0 for `maxAttempts` allows any number of starts.
    private typealias Work = (useCase: String, fields: String, maxAttempts: Int)

    private static func work(_ luck: inout SeededGenerator) -> Work {
        switch Int.random(in: 0..<10, using: &luck) {
        case 0..<4: ("echo", #"{"context":{"n":1}}"#, 0)
        case 4..<7: ("sleep", #"{"options":{"seconds":\#(Double.random(in: 0.05...1, using: &luck))}}"#, 0)
        case 7: ("fail", "{}", 0)
        default: ("noted", "{}", 0)
        }
    }
}
