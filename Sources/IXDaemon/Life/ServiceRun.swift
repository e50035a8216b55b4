import ArgumentParser
import Glibc
import IXCommand

/// `ServiceRun` starts this program again as the installed unit would: systemd-run with the unit's user, variables and
/// credentials. The checks must see what the service may read and run, because root may read and run everything.
enum ServiceRun {
    /// The keys of the unit that set the user, the variables and the credentials.
    private static let keys: Set<String> = [
        "User", "Group", "SupplementaryGroups", "Environment", "EnvironmentFile", "StateDirectory",
        "StateDirectoryMode",
        "LoadCredential", "LoadCredentialEncrypted", "SetCredential", "SetCredentialEncrypted",
    ]

    /// Replaces a command of root that has the service's view by its run as the service, on a host with a running
    /// systemd. Throws only when the replacement failed. `reading` is a file that root can read, and becomes the
    /// standard input of the new run.
    static func becomeIfService(
        _ options: ConfigurationOptions, _ environment: [String: String], asking words: [String],
        reading file: String? = nil
    ) throws {
        guard access("/run/systemd/system", F_OK) == 0, let unit = try options.serviceUnit(environment) else { return }
        throw become(unit, options, asking: words + (try file.map(input) ?? []))
    }

    /// Starts the run as the service unconditionally; returns only when the start failed.
    static func become(_ options: ConfigurationOptions, asking words: [String]) throws -> ExitCode {
        guard geteuid() == 0 else { return Exit.permission.saying("--service needs root") }
        guard let unit = ServiceUnit.installed() else {
            return Exit.unavailable.saying("ix-worker.service is not installed")
        }
        return become(unit, options, asking: words)
    }

    private static func become(
        _ unit: ServiceUnit, _ options: ConfigurationOptions, asking words: [String]
    ) -> ExitCode {
        guard let program = realpath("/proc/self/exe", nil) else { return Exit.internal.saying("/proc is not mounted") }
        defer { free(program) }
        let properties = unit.settings.filter { keys.contains($0.key) }.flatMap {
            ["--property", "\($0.key)=\($0.value)"]
        }
        // The words of the command line come last, because later options override the unit's options.
        let words =
            ["systemd-run", "--pipe", "--quiet", "--wait", "--collect"] + properties
            + [String(cString: program), words[0]] + unit.options + options.arguments + words.dropFirst()
        var pointers = words.map { strdup($0) } + [nil]
        execvp("systemd-run", &pointers)
        return Exit.unavailable.saying("systemd-run: \(String(cString: strerror(errno)))")
    }

    private static func input(_ path: String) throws -> [String] {
        guard path != "-" else { return ["--request", "-"] }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0, dup2(file, STDIN_FILENO) == STDIN_FILENO else {
            throw Exit.usage.saying("\(path) can't be read")
        }
        return ["--request", "-"]
    }
}
