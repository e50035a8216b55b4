import Logging

extension EventKind {
    static let pipelineEvents: [EventKind] = [
        pipelineThrew, pipelineStderr, pipelineStderrDropped, pipelineUnrunnable, pipelineControl,
        pipelineControlTooLong, pipelineLeftDirectory, orphanedProcessesEnded, pipelineMalformedLines, breakerOpened,
        breakerClosed,
        pipelineUnlimited, stateUnwritable, wallMissing,
    ]

    /// A pipeline threw an error. Field: `error`.
    package static let pipelineThrew = EventKind(
        "pipeline_threw", .error, "1cb9fd39d8920cf823fc6be54830226c", "pipeline threw an error",
        says: "pipeline threw an error[ in job {job_id}][ ({use_case})]: {error}")

    /// A line of a program's standard error. Field: `line`.
    package static let pipelineStderr = EventKind(
        "pipeline_stderr", .info, "dfbe5bb527d8ff7896254cb2b2ed11aa", "pipeline stderr",
        "A line that a pipeline's program wrote; in the journal the line itself is the message.")

    /// Lines of a program's standard error were not logged. Field: `dropped_lines`.
    package static let pipelineStderrDropped = EventKind(
        "pipeline_stderr_dropped", .warning, "0692636aac6aff6f799a497096b05ca5", "pipeline stderr too fast",
        "`dropped_lines` were left out of the log; the end of the output stays with the attempt.",
        says: "pipeline stderr too fast[ in job {job_id}][ ({use_case})]: {dropped_lines} lines left out")

    /// A program could not be started. Fields: `code`, `program`, `reason`.
    package static let pipelineUnrunnable = EventKind(
        "pipeline_unrunnable", .error, "74f1ce0f09736ac6045922007ea68901", "pipeline can't be run",
        "`command` in the configuration is wrong, or not executable for the daemon's user.",
        says: "pipeline can't be run[ for job {job_id}][ ({use_case})]: {program}: {reason}")

    /// A control line could not be read; logged once for each run.
    package static let pipelineControl = EventKind(
        "pipeline_control", .warning, "32e5ca36b4de934f19b029a381041327", "pipeline control line not understood",
        "The pipeline's program wrote a line to `IX_CONTROL` that docs/pipelines.md doesn't describe.",
        says: "pipeline control line not understood[ in job {job_id}][ ({use_case})]")

    /// A control file exceeded its limit; logged once for each run.
    package static let pipelineControlTooLong = EventKind(
        "pipeline_control_too_long", .warning, "3e1f0c6a0f554a7d9b1ab1b6f7be9d40", "pipeline control file too long",
        "The daemon doesn't read `IX_CONTROL` past the limit.",
        says: "pipeline control file too long[ in job {job_id}][ ({use_case})]")

    /// A run's private directory could not be removed. Field: `path`.
    package static let pipelineLeftDirectory = EventKind(
        "pipeline_left_directory", .error, "932610a12fee84afd7e23e165bb12748", "pipeline directory not removed",
        "The run's private directory at `path` can be removed by hand.",
        says: "pipeline directory not removed: {path}")

    /// Programs of a crashed predecessor were ended at the start. Fields: `count`, `runs`.
    package static let orphanedProcessesEnded = EventKind(
        "orphaned_processes_ended", .notice, "c39526e9fb8d45dfb6b75884dc1a3dfd",
        "programs that a crashed predecessor left running were ended",
        "`count` is the number of programs; `runs` lists their jobs and attempts (`worker`: a warm process). The "
            + "jobs start again.",
        says: "programs that a crashed predecessor left running were ended: {count} ({runs})")

    /// A warm process wrote a malformed line. Field: `line`, the line's start.
    package static let pipelineMalformedLines = EventKind(
        "pipeline_malformed_lines", .warning, "625b2b895a954566b273684c8b5ea955",
        "pipeline wrote a line that is not of the protocol",
        "`line` is the start of the line. A `worker` pipeline may write only lines of the protocol to standard "
            + "output; ten other lines in a row end the process.",
        says: "pipeline wrote a line that is not of the protocol[ in job {job_id}][ ({use_case})]: {line}")

    /// A pipeline's breaker opened. Fields: `pipeline`, `reason`, `seconds` until the next try.
    package static let breakerOpened = EventKind(
        "breaker_opened", .error, "b736ed9bec6f489f94bbd245aa607072", "pipeline takes no jobs for now",
        "The pipeline failed to start, or crashed, several times in a row; `reason` is the last failure's. Its jobs "
            + "wait and use up no starts; the daemon tries one job after `seconds`. To try at once, mend the "
            + "pipeline and reload the daemon.",
        says: "pipeline {pipeline} takes no jobs for now; next try in {seconds} s: {reason}")

    /// Pipelines' group limits have no effect on this machine. Field: `pipelines`.
    package static let pipelineUnlimited = EventKind(
        "pipeline_unlimited", .warning, "5e0c1d6a8c4f4b7d9a3e27f1b06c9d42",
        "a pipeline's limits for all its processes have no effect here",
        "`total_memory_mib` and `total_cpu_percent` need a control group with the controller delegated to the daemon "
            + "(`Delegate=memory cpu` in the unit). `pipelines` lists the pipelines without these limits.",
        says: "limits for all processes of a pipeline have no effect here: {pipelines}")

    /// The state directory can't be written, so no program is started. Field: `reason`.
    package static let stateUnwritable = EventKind(
        "state_unwritable", .warning, "b84d9074909f4e8a8438676825ee49c9", "the state directory can't be written",
        "The daemon starts no program until the directory can be written, because after a crash the next start "
            + "couldn't find the program. `reason` says what failed; `ix-worker doctor` shows the free space.")

    /// A part of the programs' isolation doesn't work on this machine. Field: `reason`.
    package static let wallMissing = EventKind(
        "wall_missing", .warning, "07170070299a48a3aa1109d2846235a9", "programs are not fully isolated from the daemon",
        "`reason` names the protection that this machine lacks; docs/pipelines.md says what programs can do without "
            + "it.")

    /// A pipeline's breaker closed. Field: `pipeline`.
    package static let breakerClosed = EventKind(
        "breaker_closed", .notice, "08187dbcc589410e9b2c2ffd6ed311f8", "pipeline takes jobs again",
        says: "pipeline {pipeline} takes jobs again")
}
