import IXCore

/// What a load has acknowledged: kept beside its input, shown on the way, summed up at the end.
struct LoadLedger {
    /// Nil for an input that can't be read again from the middle.
    let progressFile: ProgressFile?
    private(set) var refusals: RefusalFile
    var progress: BulkProgress
    var display: LoadDisplay

    /// `size` of the input in bytes, nil when it isn't known.
    init(
        _ progress: BulkProgress, progressFile: ProgressFile?, errorsPath: String, input: Int32, size: Int?
    ) throws(InvalidInput) {
        self.progressFile = progressFile
        self.progress = progress
        refusals = try RefusalFile(errorsPath, keeping: progress.errorsBytes, input: input)
        display = LoadDisplay(size: size, from: progress)
    }

    /// Where refused lines are, nil when there are none.
    var errorsPath: String? { progress.refused > 0 ? refusals.path : nil }

    /// Everything before `offset` is in the store or among `refused`.
    mutating func acknowledge(line: Int, offset: Int, refused: [Refusal]) throws {
        try refusals.append(refused)
        progress.refused += refused.count
        progress.errorsBytes = refusals.bytes
        (progress.offset, progress.line) = (offset, line)
        try progressFile?.write(progress)
        display.show(progress)
    }

    /// Where a load keeps refused lines unless it is told.
    static func errorsPath(_ given: String?, beside input: String) -> String {
        given ?? (input == "-" ? "stdin" : input) + ".errors.jsonl"
    }
}
