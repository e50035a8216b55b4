import IXCore

/// `UnknownVariable` finds variables that look like keys of ix-worker and aren't, because a mistyped variable has no
/// effect and no error.
enum UnknownVariable {
    /// Returns a message for each unknown variable, sorted by name. Variables outside ix-worker's sections belong to
    /// other programs (for example to the `ix` service).
    static func reasons(in environment: [String: String]) -> [String] {
        let names = Set(ConfigurationKey.all.map(\.environmentName))
        return environment.keys.sorted().filter { isOurs($0) && !names.contains($0) && !isCluster($0, environment[$0]) }
            .map {
                Suggestion.reason(
                    "\($0) is no key of the configuration", Suggestion.nearest(to: $0, among: Array(names)))
            }
    }

    private static func isOurs(_ name: String) -> Bool {
        ConfigurationKey.sections.contains { name.hasPrefix("IX_\($0.name.uppercased())_") }
    }

    /// True for a variable that Kubernetes or Docker sets for a service of the cluster. A service `ix-worker` makes
    /// IX_WORKER_SERVICE_HOST, IX_WORKER_PORT=tcp://… and IX_WORKER_PORT_8080_TCP….
    private static func isCluster(_ name: String, _ value: String?) -> Bool {
        if name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT") { return true }
        if name.hasSuffix("_PORT"), let value, value.contains("://") { return true }
        let words = name.split(separator: "_")
        return zip(words, words.dropFirst()).contains { $0 == "PORT" && !$1.isEmpty && $1.allSatisfy(\.isNumber) }
            && words.contains { ["TCP", "UDP", "SCTP"].contains($0) }
    }
}
