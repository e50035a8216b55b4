import IXCore
import IXWorkerTesting
import Testing
import WordPipelines

@Suite(.timeLimit(.minutes(1))) struct WordCountTests {
    private let worker = TestWorker(WordCount())

    @Test func `words are counted`() async throws {
        let end = try await worker.run(context: ["text": "a job queue\nfor two"])
        #expect(end.status == .done && end.response.document["words"]?.text == "5")
        #expect(end.progress?.message == "paragraph 2")
        #expect(end.starts.map(\.log) == ["5 words in 2 paragraphs\n"])
    }

    @Test func `a context without a text is refused in words`() async throws {
        let end = try await worker.run(context: ["texts": "a b"])
        #expect(end.error == JobError("bad_context", "context.text is missing"))
    }

    @Test func `a cancel and the time limit end a long count`() async throws {
        for ends in [TestJob.cancel, TestJob.passTimeLimit] {
            let job = try await worker.start(request: #"{"context":{"text":"a","pause":600}}"#)
            await job.begun()
            await ends(job)()
            #expect(["cancelled", "timeout"].contains(await job.end().error?.code))
        }
    }

    @Test func `a stop of the daemon costs no start`() async throws {
        let job = try await worker.start(request: #"{"context":{"text":"a","pause":600}}"#)
        await job.begun()
        try await job.restartDaemon()
        job.startAgain()
        await job.begun()
        await job.cancel()
        #expect(await job.end().starts.map(\.outcome) == [.shutdown])
    }
}
