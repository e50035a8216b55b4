internal import Glibc
internal import IXCore
internal import SystemPackage

/// Why a child didn't start: the operator's to mend, or the machine's to outgrow.
struct StartFailure: Error {
    private static let passing: Set<Int32> = [
        EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EIO, EINTR, ETXTBSY,
    ]

    /// What failed, for the operator.
    let reason: String
    /// Whether another attempt may find the machine in a better state.
    let isPassing: Bool

    init(_ error: Errno) {
        reason = "\(error)"
        isPassing = Self.passing.contains(error.rawValue)
    }

    var jobError: JobError {
        isPassing
            ? JobError(PipelineCode.unavailable, "the pipeline's program can't be started now")
            : JobError(PipelineCode.misconfigured, "the pipeline's program can't be run")
    }
}
