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
    let retryFor: Duration
    /// `--restart`: ignores an existing progress file.
    let startsOver: Bool
    let json: Bool

    func run(_ target: any EnqueueTarget) async throws {
        let stop = StopRequest()
        let source: InputSource
        do { source = try InputSource(path, field: "--from") } catch { throw refusal(error.description) }
        var load = try prepare(target, stop, source.descriptor, size: source.size)
        do {
            let isComplete = try await load.run()
            load.state.display.clear()
            if isComplete { load.state.progressFile?.remove() }
            summarize(load, isComplete: isComplete)
            if isComplete && load.state.progress.refused == 0 { return }
            if !isComplete { sayHowToGoOn(load.state.progress) }
            throw ExitCode(isComplete ? Exit.no.rawValue : stop.exitCode ?? Exit.temporary.rawValue)
        } catch let error as InvalidInput {
            load.state.display.clear()
            sayHowToGoOn(load.state.progress)
            throw refusal(error.description)
        } catch let error as StoreError {
            load.state.display.clear()
            summarize(load, isComplete: false)
            sayHowToGoOn(load.state.progress)
            throw stop.exitCode.map { ExitCode($0) } ?? Exit.code(for: error).saying(error.description)
        }
    }

    private func prepare(
        _ target: any EnqueueTarget, _ stop: StopRequest, _ descriptor: Int32, size: Int?
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
            let state = try LoadState(
                progress, progressFile: file, errorsPath: LoadState.errorsPath(errorsPath, beside: path),
                input: descriptor, size: size)
            return BulkLoad(
                target: target, reader: BulkReader(descriptor, from: progress, defaults: defaults, stop: stop),
                stop: stop, retry: StoreRetry(limit: retryFor, stop: stop), state: state)
        } catch { throw refusal(error.description) }
    }

    private func refusal(_ message: String) -> ExitCode { Exit.usage.saying(message) }

    private func sayHowToGoOn(_ progress: BulkProgress) {
        let how =
            path == "-"
            ? "Give the same input again: no job is inserted twice."
            : "The same command continues from there."
        StandardError.say("Stopped after line \(progress.line): all lines up to there are in the queue. \(how)")
    }

    private func summarize(_ load: BulkLoad, isComplete: Bool) {
        let progress = load.state.progress
        let errors = load.state.errorsPath
        if json {
            return print(
                JSONPairs([
                    ("complete", "\(isComplete)"), ("lines", "\(progress.line)"), ("inserted", "\(progress.inserted)"),
                    ("duplicates", "\(progress.duplicates)"), ("differing", "\(progress.differing)"),
                    ("refused", "\(progress.refused)"), ("errors_file", JSONPairs.literal(errors)),
                    ("seconds", JSONPairs.number(load.state.display.seconds)),
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
