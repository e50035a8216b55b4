import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct CallbacksShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a job's callback with every try: time, duration and answer.",
        discussion: "Exit code 1: the job has no callback, or has not ended.")

    @Argument(
        help: ArgumentHelp("The job's id, or its beginning.", valueName: "job-id"), completion: StoreCompletion.jobs,
        transform: JobArgument.init)
    var jobID: JobArgument

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var times: TimeOptions

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote {
            return print(try await server.get("/v1/jobs/\(try await jobID.id(on: server))/callback"))
        }
        try await options.showing { store in
            let store = store.reading
            let id = try await jobID.id(store)
            let found = try await store.perform { (try $0.callback(of: id), try $0.deliveries(of: id)) }
            guard let callback = found.0 else {
                throw Exit.no.saying("no such callback: the job has no callback URL, has not ended or does not exist")
            }
            print(json ? CallbackObject.text(callback, found.1) : Self.text(callback, found.1, times.clock))
        }
    }

    private static func text(_ callback: CallbackRecord, _ tries: [DeliveryRecord], _ clock: ClockText) -> String {
        let state = callback.isSending ? "sending" : callback.state.rawValue
        let next = callback.isSending ? nil : callback.dueIn.map { "next try in \(DurationText.brief($0))" }
        let lines = [
            "callback \(callback.jobID.uuidString.lowercased())  \(state)",
            "  url      \(ScreenText(callback.shownURL).text)", "  client   \(ScreenText(callback.clientID).text)",
            "  job      \(callback.status.rawValue) at \(clock.text(callback.endedAt))",
            "  tries    \(callback.tries)" + (next.map { ", \($0)" } ?? ""),
        ]
        return (lines + tries.map { line($0, clock) }).joined(separator: "\n")
    }

    private static func line(_ one: DeliveryRecord, _ clock: ClockText) -> String {
        let report = one.report
        let status = report.httpStatus.map { "\($0)" } ?? "---"
        let seconds = "\((report.seconds * 1000).rounded() / 1000) s"
        let words = [report.reason, report.answer.flatMap { $0.isEmpty ? nil : "“\($0)”" }].compactMap { $0 }
        return
            "  \(one.number)  \(clock.plain(one.endedAt))  \(status)  \(seconds)  \(ScreenText(words.joined(separator: "  ")).text)"
    }
}
