internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `ListenerCheck` sends a notification between two connections, because such notifications wake idle workers.
struct ListenerCheck: Check {
    let requires = Prerequisite.database

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        let poll = "\(context.configuration.worker.poll.components.seconds) s"
        guard let address = context.configuration.postgres.listenURL else {
            return [.ok("listener", "off, as listen_url says; jobs are found by polling, every \(poll)")]
        }
        var parameters = context.configuration.connectionParameters("ix-worker doctor", url: address.text)
        parameters.isPrepared = false
        do throws(StoreError) {
            guard let time = try await probe.roundTrip(listeningAt: parameters) else {
                return [
                    .warning(
                        "listener", "a notification didn't arrive; jobs are found by polling, every \(poll)",
                        "behind a pooler set [postgres] listen_url to the server's own address")
                ]
            }
            return [.ok("listener", "a notification arrived in \(Int(time / .microseconds(1))) µs")]
        } catch {
            return [.refused("listener", error, "[postgres] listen_url must lead to the server itself")]
        }
    }
}
