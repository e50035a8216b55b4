/// Which use cases a claim may take.
public enum UseCaseFilter: Sendable, Equatable {
    case only([String])
    case except([String])

    package var names: [String] {
        switch self {
        case .only(let names), .except(let names): names
        }
    }

    package var isOnly: Bool { if case .only = self { true } else { false } }
}
