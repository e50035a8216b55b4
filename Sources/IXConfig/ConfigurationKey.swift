/// A key of the configuration: where it stands, what it takes, what it does. Reading, the reference file and the page of
/// the documentation all follow `all`, the one table.
public struct ConfigurationKey: Sendable, Equatable {
    /// The TOML table it stands in.
    public let section: String
    public let name: String
    public let kind: Kind
    /// One line for people, without its range and default.
    public let doc: String
    /// Whether a running daemon takes a change on HUP; otherwise it waits for a restart.
    public let reloads: Bool
    let standard: Setting

    init(
        _ section: String, _ name: String, _ kind: Kind, _ standard: Setting, reloads: Bool = false, _ doc: String
    ) {
        self.section = section
        self.name = name
        self.kind = kind
        self.standard = standard
        self.reloads = reloads
        self.doc = doc
    }

    /// `section.name`, as flags say it.
    public var path: String { "\(section).\(name)" }

    /// The variable that overrides the file: `IX_SECTION_NAME`.
    public var environmentName: String { "IX_\(section)_\(name)".uppercased() }

    /// The default as TOML writes it.
    public var defaultText: String { standard.toml }

    /// What a value must be.
    public enum Kind: Sendable, Equatable {
        case text
        /// A text that is never shown.
        case secret
        /// 1–64 of `A–Z a–z 0–9 _ . -`.
        case name
        case integer(ClosedRange<Int>)
        /// Seconds, whole or decimal, kept to the microsecond.
        case seconds(ClosedRange<Double>)
        /// Days, whole or decimal, likewise.
        case days(ClosedRange<Double>)
        case bool
        case choice([String])
        case texts
        case integers(ClosedRange<Int>)
        /// Names of environment variables.
        case variables
        /// Environment variables with their values, which are never shown.
        case environment

        /// What a value must be, for reasons and documentation.
        public var words: String {
            switch self {
            case .text, .secret: "text"
            case .name: "1…64 characters of A–Z a–z 0–9 _ . -"
            case .integer(let range): "\(range.lowerBound)…\(range.upperBound)"
            case .seconds(let range):
                "\(TOMLNode.shown(range.lowerBound))…\(TOMLNode.shown(range.upperBound)) seconds"
            case .days(let range): "\(TOMLNode.shown(range.lowerBound))…\(TOMLNode.shown(range.upperBound)) days"
            case .bool: "true or false"
            case .choice(let names): names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            case .texts: "a list of texts"
            case .integers(let range): "a list of integers \(range.lowerBound)…\(range.upperBound)"
            case .variables: "a list of names of environment variables"
            case .environment: "a table of texts"
            }
        }
    }
}
