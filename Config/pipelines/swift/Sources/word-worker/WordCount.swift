import IXCore
import IXPipelines

/// Counts the words of `context.text`, paragraph by paragraph.
struct WordCount: Pipeline {
    struct Input: Decodable {
        var text: String
    }

    struct Output: Encodable {
        var words = 0
        var longest = ""
    }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        // ignored: whatever is wrong with it, the caller is told what was expected
        guard let input = try? request.context(as: Input.self) else {
            throw PipelineStop.discard(JobError("bad_context", "context.text is missing"))
        }
        var output = Output()
        let paragraphs = input.text.split(separator: "\n")
        for (index, paragraph) in paragraphs.enumerated() {
            // A timeout or a cancel.
            try Task.checkCancellation()
            count(paragraph, into: &output)
            context.progress(Double(index + 1) / Double(paragraphs.count), "paragraph \(index + 1)")
        }
        context.log.say("\(output.words) words in \(paragraphs.count) paragraphs")
        return try ResponseIX(encoding: output)
    }

    private func count(_ paragraph: Substring, into output: inout Output) {
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            output.words += 1
            if word.count > output.longest.count { output.longest = String(word) }
        }
    }
}
