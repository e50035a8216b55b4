import IXCore
import IXPipelines

/// Counts the words of `context.text`, paragraph by paragraph.
public struct WordCount: TypedPipeline {
    public struct Input: Decodable {
        var text: String
        /// Seconds to wait before each paragraph, for a look at the progress.
        var pause: Double?
    }

    public struct Output: Encodable {
        var words = 0
        var longest = ""
    }

    public init() {}

    public func run(_ input: Input, context: PipelineContext) async throws -> Output {
        var output = Output()
        let paragraphs = input.text.split(separator: "\n")
        for (index, paragraph) in paragraphs.enumerated() {
            // A timeout, a cancel and a stop of the daemon arrive as cancellation.
            try Task.checkCancellation()
            if let pause = input.pause { try await Task.sleep(for: .seconds(pause)) }
            for word in paragraph.split(whereSeparator: \.isWhitespace) {
                output.words += 1
                if word.count > output.longest.count { output.longest = String(word) }
            }
            context.progress(Double(index + 1) / Double(paragraphs.count), "paragraph \(index + 1)")
        }
        context.log.say("\(output.words) words in \(paragraphs.count) paragraphs")
        return output
    }
}
