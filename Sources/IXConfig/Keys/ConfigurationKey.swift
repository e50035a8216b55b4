/// A scalar key of the configuration: its section, kind and documentation. Reading, the reference file and the page of
/// documentation all follow the table `all`.
package struct ConfigurationKey: Sendable, Equatable {
    /// Name of the TOML table which holds the key.
    package let section: String
    /// Name within the section.
    package let name: String
    /// Kind of the value.
    package let kind: Kind
    /// One line of documentation, without range and default.
    package let doc: String
    /// True when a running daemon takes a change on HUP; false when the change waits for a restart.
    package let reloads: Bool
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

    /// Dotted name `section.name`, as flags use it.
    package var path: String { "\(section).\(name)" }

    /// Environment variable `IX_SECTION_NAME`, which overrides the file.
    package var environmentName: String { "IX_\(section)_\(name)".uppercased() }

    /// The default as TOML text.
    package var defaultText: String { standard.toml }

    /// Type and range of a key's value.
    package enum Kind: Sendable, Equatable {
        case text
        /// A text which is never shown.
        case secret
        /// A name: 1–64 characters of `A–Z a–z 0–9 _ . -`.
        case name
        case integer(ClosedRange<Int>)
        /// Seconds, whole or decimal, rounded to the microsecond.
        case seconds(ClosedRange<Double>)
        /// Days, whole or decimal, rounded to the microsecond.
        case days(ClosedRange<Double>)
        case bool
        case choice([String])
        case texts
        case integers(ClosedRange<Int>)
        /// Names of environment variables.
        case variables
        /// Outcomes of a run, as `RetryOutcome` reads them.
        case outcomes
        /// Environment variables with their values. The values are never shown.
        case environment

        /// Type and range in words, for error messages and documentation.
        package var words: String {
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
            case .outcomes: "a list of error codes, exit:STATUS and *"
            case .environment: "a table of texts"
            }
        }
    }
}
