internal import Glibc
internal import IXCore
internal import Subprocess
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

    init(_ error: any Error) {
        reason = "\(error)"
        let code = (error as? SubprocessError)?.underlyingError ?? error as? Errno
        // Without a code it is a fault of the platform, not of the settings.
        isPassing = code.map { Self.passing.contains($0.rawValue) } ?? true
    }

    var jobError: JobError {
        isPassing
            ? JobError(ExecCode.unavailable, "the pipeline's program can't be started now")
            : JobError(ExecCode.misconfigured, "the pipeline's program can't be run")
    }
}
