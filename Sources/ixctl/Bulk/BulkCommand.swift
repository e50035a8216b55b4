import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

/// `ixctl enqueue --from`: runs a load and prints its summary. The exit code is 0 only when every line was read and
/// taken.
struct BulkCommand {
    let path: String
    let errorsPath: String?
    let defaults: JobLineDefaults
    /// Longest time of retries while the database is away.
    let patience: Duration
    /// `--restart`: ignores an existing progress file.
    let startsOver: Bool
    let json: Bool

    func run(_ store: any JobStore) async throws {
        let stop = StopRequest()
        let source: InputSource
        do { source = try InputSource(path, field: "--from") } catch { throw refusal(error.description) }
        var load = try prepare(store, stop, source.descriptor, size: source.size)
        do {
            let isComplete = try await load.run()
            load.ledger.display.clear()
            if isComplete { load.ledger.progressFile?.remove() }
            summarize(load, isComplete: isComplete)
            if isComplete && load.ledger.progress.refused == 0 { return }
            if !isComplete { tellHowToGoOn(load.ledger.progress) }
            throw ExitCode(isComplete ? Exit.no.rawValue : stop.exitCode ?? Exit.temporary.rawValue)
        } catch let error as InvalidInput {
            load.ledger.display.clear()
            tellHowToGoOn(load.ledger.progress)
            throw refusal(error.description)
        } catch let error as StoreError {
            load.ledger.display.clear()
            summarize(load, isComplete: false)
            tellHowToGoOn(load.ledger.progress)
            throw stop.exitCode.map { ExitCode($0) } ?? Exit.code(for: error).saying(error.description)
        }
    }

    private func prepare(
        _ store: any JobStore, _ stop: StopRequest, _ descriptor: Int32, size: Int?
    ) throws -> BulkLoad {
        let file = size == nil ? nil : ProgressFile(path + ".progress", input: descriptor)
        let earlier = startsOver ? nil : file?.read()
        let progress = earlier ?? BulkProgress()
        if let earlier {
            StandardError.say(
                "Continues after line \(earlier.line), as \(path).progress says; --restart begins at the file's start.")
            guard lseek(descriptor, off_t(earlier.offset), SEEK_SET) >= 0 else {
                throw refusal("--from: \(path): \(String(cString: strerror(errno)))")
            }
        }
        do throws(InvalidInput) {
            let ledger = try LoadState(
                progress, progressFile: file, errorsPath: LoadState.errorsPath(errorsPath, beside: path),
                input: descriptor, size: size)
            return BulkLoad(
                store: store, reader: BulkReader(descriptor, from: progress, defaults: defaults, stop: stop),
                stop: stop, patience: StorePatience(limit: patience, stop: stop), ledger: ledger)
        } catch { throw refusal(error.description) }
    }

    private func refusal(_ message: String) -> ExitCode { Exit.usage.saying(message) }

    private func tellHowToGoOn(_ progress: BulkProgress) {
        let how =
            path == "-"
            ? "Give the same input again: no job is inserted twice."
            : "The same command continues from there."
        StandardError.say("Stopped after line \(progress.line): all lines up to there are in the queue. \(how)")
    }

    private func summarize(_ load: BulkLoad, isComplete: Bool) {
        let progress = load.ledger.progress
        let errors = load.ledger.errorsPath
        if json {
            return print(
                JSONPairs([
                    ("complete", "\(isComplete)"), ("lines", "\(progress.line)"), ("inserted", "\(progress.inserted)"),
                    ("duplicates", "\(progress.duplicates)"), ("differing", "\(progress.differing)"),
                    ("refused", "\(progress.refused)"), ("errors_file", JSONPairs.literal(errors)),
                    ("seconds", JSONPairs.number(load.ledger.display.seconds)),
                ]).text)
        }
        var parts = ["\(progress.inserted) inserted"]
        if progress.duplicates > 0 {
            let differing = progress.differing > 0 ? ", \(progress.differing) of them with different content" : ""
            parts.append("\(progress.duplicates) existed already\(differing)")
        }
        if let errors { parts.append("\(progress.refused) refused, see \(errors)") }
        print(parts.joined(separator: "; "))
    }
}
