import ArgumentParser
import Glibc
import IXCommand

/// Runs this program as the installed unit would: systemd-run with the unit's user, variables and credentials. The
/// doctor must see the unit's environment, because an administrator's shell has another environment.
enum ServiceView {
    private static let properties = [
        "User=ix-worker", "Environment=IX_STORE_KIND=postgres", "EnvironmentFile=-/etc/ix-worker/environment",
        "StateDirectory=ix-worker", "StateDirectoryMode=0750",
        "LoadCredential=postgres-url:ix-worker.postgres-url",
        "LoadCredential=postgres-password:ix-worker.postgres-password",
        "LoadCredential=postgres-passfile:ix-worker.postgres-passfile",
        "LoadCredential=callback-secret:ix-worker.callback-secret",
        "LoadCredential=callback-secrets:ix-worker.callback-secrets",
    ]

    /// Replaces the process with systemd-run. Returns only after a failure, with the exit code.
    static func become(asking arguments: [String]) -> ExitCode {
        guard geteuid() == 0 else { return Exit.permission.saying("--service is for root") }
        guard let program = realpath("/proc/self/exe", nil) else { return Exit.fault.saying("/proc is not there") }
        defer { free(program) }
        let words =
            ["systemd-run", "--pipe", "--quiet", "--wait", "--collect"]
            + properties.flatMap { ["--property", $0] } + [String(cString: program)] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        execvp("systemd-run", &pointers)
        return Exit.unavailable.saying("systemd-run: \(String(cString: strerror(errno)))")
    }
}
