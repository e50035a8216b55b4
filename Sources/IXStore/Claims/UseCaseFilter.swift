/// The use cases from which a claim may take jobs: only the named, or all except the named.
public enum UseCaseFilter: Sendable, Equatable {
    case only([String])
    case except([String])

    /// The named use cases, in either case of the filter.
    package var names: [String] {
        switch self {
        case .only(let names), .except(let names): names
        }
    }

    /// True when only the named use cases are allowed; false when they are excluded.
    package var isOnly: Bool { if case .only = self { true } else { false } }
}
