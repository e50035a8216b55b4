import IXCallbacks
import IXConfig
import IXCore
import IXPipelines
import IXPrograms
import IXSchedules
import IXStore

/// Reads an input as the product does, and says what is wrong with what came out. A crash says itself.
struct Reader {
    /// The file that a configuration is read from; one for each reader.
    let scratch: String

    /// Nil when all is well.
    func fault(of bytes: [UInt8], _ kind: FuzzKind) -> String? {
        switch kind {
        case .documents: document(bytes)
        case .configuration: configuration(bytes)
        case .lines: line(bytes)
        case .answers: answer(bytes)
        case .imports: record(bytes)
        case .words: word(String(decoding: bytes, as: UTF8.self))
        case .cron: cron(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func document(_ bytes: [UInt8]) -> String? {
        let document: JSONDocument
        do throws(InvalidInput) {
            document = try JSONDocument(bytes, field: "request", limit: Limits.requestBytes)
        } catch { return error.reason.isEmpty ? "refused without a word" : nil }
        let normal = document.normalForm
        do throws(InvalidInput) {
            let again = try JSONDocument(normal.utf8, field: "request", limit: Limits.responseBytes)
            guard again.normalForm == normal else { return "the normal form of its normal form is another" }
            guard try JSONNormalForm.of(document.text) == normal else { return "two ways to its normal form" }
            for name in document.names { _ = document[name]?.object?.names ?? [] }
            guard document.setting([("ix_id", "x")])["ix_id"]?.string == "x" else { return "what was set isn't there" }
            guard
                try JSONDocument(
                    document.without(["a", "ix_id"]).text.utf8, field: "request", limit: Limits.responseBytes)["a"]
                    == nil
            else { return "what was taken out is there" }
        } catch { return "what was made of it is refused: \(error)" }
        // ignored: most have no names, and those that do are requests
        _ = try? RequestIX(document)
        _ = try? ResponseIX(document)
        return nil
    }

    private func configuration(_ bytes: [UInt8]) -> String? {
        guard ScratchFile.write(bytes, to: scratch) else { return "the scratch file \(scratch) can't be written" }
        do throws(ConfigurationError) {
            let configuration = try Configuration.load(file: scratch, environment: ["HOME": "/nonexistent"])
            return configuration.description.isEmpty ? "a configuration of nothing" : nil
        } catch { return error.description.isEmpty ? "refused without a word" : nil }
    }

    private func line(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(0x0A) else { return nil }
        let isAnswer = ["{\"done\":", "{\"retry\":", "{\"discard\":"].contains { bytes.starts(with: $0.utf8) }
        return isAnswer && WarmLine(bytes) == nil ? "an answer that is taken for a malformed line" : nil
    }

    /// Whole and byte by byte it must be the same answer.
    private func answer(_ bytes: [UInt8]) -> String? {
        var whole = AnswerReader(bodyLimit: 64)
        whole.take(bytes)
        var slow = AnswerReader(bodyLimit: 64)
        for byte in bytes { slow.take(CollectionOfOne(byte)) }
        guard whole.head == slow.head, whole.body == slow.body, whole.fault == slow.fault, whole.isOver == slow.isOver
        else {
            return "it depends on how it comes in"
        }
        if whole.fault != nil, whole.head != nil { return "an answer and none" }
        if let status = whole.head?.status, !(101...999).contains(status) { return "status \(status)" }
        return whole.body.count > 64 ? "more of a body than is kept" : nil
    }

    private func record(_ bytes: [UInt8]) -> String? {
        _ = ExportLine(bytes)
        do throws(InvalidInput) {
            let record = try RecordLine(bytes).record()
            let again = try RecordLine(Array(ExportLine.job(record).utf8.dropLast())).record()
            return again == record ? nil : "another record once it is written and read"
        } catch { return error.reason.isEmpty ? "refused without a word" : nil }
    }

    /// In a zone that skips and repeats hours: whatever is taken fires, and goes forward.
    private func cron(_ text: String) -> String? {
        do throws(InvalidInput) {
            let rule = try ScheduleRule(.cron(CronExpression(text), Self.zone))
            var moment = Timestamp(microseconds: 1_774_700_000_123_456)
            for _ in 0..<8 {
                guard let next = rule.next(after: moment), next > moment else { return "no moment after \(moment)" }
                guard rule.newestMissed(after: moment, upTo: next) == next else {
                    return "\(next) is next and not newest"
                }
                moment = next
            }
            return nil
        } catch { return error.field != "cron" || error.reason.isEmpty ? "refused without a word" : nil }
    }

    // ignored: without the folder of zones, the expressions are read in UTC
    private static let zone = (try? TimeZoneFile.named("Europe/Berlin")) ?? .utc

    private func word(_ text: String) -> String? {
        if let time = Timestamp(text), Timestamp(time.text) != time {
            return "another time once it is written and read"
        }
        if let text = Timestamp.text(epochSeconds: text), !text.hasSuffix("infinity"), Timestamp(text)?.text != text {
            return "a time of the database that is none: \(text)"
        }
        if let position = ListPosition(cursor: text), ListPosition(cursor: position.cursor) != position {
            return "another cursor"
        }
        do throws(InvalidInput) {
            let url = try CallbackURL(text)
            let odd = url.target.utf8.contains { $0 <= 0x20 || $0 >= 0x7F || "\"#<>\\^`{|}".utf8.contains($0) }
            if odd || url.host.isEmpty || !(1...65_535).contains(url.port) { return "a URL that no request carries" }
        } catch { return error.reason.isEmpty ? "refused without a word" : nil }
        return nil
    }
}
