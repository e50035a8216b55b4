import IXCore

/// A load's acknowledged progress: written beside the input, shown while the load runs, and summed up at the end.
struct LoadState {
    /// Nil for an input which can't be read again from the middle.
    let progressFile: ProgressFile?
    private(set) var refusals: RefusalFile
    var progress: BulkProgress
    var display: LoadDisplay

    /// `size` is the input's size in bytes; nil when the size is unknown.
    init(
        _ progress: BulkProgress, progressFile: ProgressFile?, errorsPath: String, input: Int32, size: Int?
    ) throws(InvalidInput) {
        self.progressFile = progressFile
        self.progress = progress
        refusals = try RefusalFile(errorsPath, keeping: progress.errorsBytes, input: input)
        display = LoadDisplay(size: size, from: progress)
    }

    /// Path of the file with the refused lines; nil when no line was refused.
    var errorsPath: String? { progress.refused > 0 ? refusals.path : nil }

    /// Records progress up to `offset`. Requires: every line before `offset` is in the store or in `refused`.
    mutating func acknowledge(line: Int, offset: Int, refused: [Refusal]) throws {
        try refusals.append(refused)
        progress.refused += refused.count
        progress.errorsBytes = refusals.bytes
        (progress.offset, progress.line) = (offset, line)
        try progressFile?.write(progress)
        display.show(progress)
    }

    /// Records the refusals at a load's end. The progress file doesn't count them: a continued load refuses the lines
    /// again.
    mutating func refuse(_ refused: [Refusal]) throws {
        try refusals.append(refused)
        progress.refused += refused.count
    }

    /// Returns the given path, or `INPUT.errors.jsonl` as the default.
    static func errorsPath(_ given: String?, beside input: String) -> String {
        given ?? (input == "-" ? "stdin" : input) + ".errors.jsonl"
    }
}
