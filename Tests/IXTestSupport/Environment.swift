import Glibc

/// The test process's own variables; an empty one counts as unset.
package enum Environment {
    package static subscript(name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// In CI nothing is skipped: what is missing fails.
    package static var isCI: Bool { Environment["CI"] == "true" }
}
