/// `TypedKey` joins a key to the type of its value, so that a reader of settings gets that type and no key is read as
/// another kind.
struct TypedKey<Definition: Sendable, Value: Sendable>: Sendable {
    let definition: Definition
    let type: ValueType<Value>
    /// The value of a key that no source sets.
    let fallback: Value
}

/// A scalar key `section.name`.
typealias Key<Value: Sendable> = TypedKey<ConfigurationKey, Value>

/// A key as the table of keys lists it, without the type of its value.
protocol ScalarKey { var definition: ConfigurationKey { get } }

extension TypedKey: ScalarKey where Definition == ConfigurationKey {
    init(
        _ section: String, _ name: String, _ type: ValueType<Value>, _ standard: Value, reloads: Bool = false,
        _ doc: String
    ) {
        definition = ConfigurationKey(section, name, type.kind, type.wrap(standard), reloads: reloads, doc)
        self.type = type
        fallback = standard
    }
}

/// `ValueType` is a kind of value with its Swift type, and the way between the two.
struct ValueType<Value: Sendable>: Sendable {
    let kind: ConfigurationKey.Kind
    let wrap: @Sendable (Value) -> Setting
    /// Returns nil for a setting of another kind.
    let unwrap: @Sendable (Setting) -> Value?
}

extension ValueType<String> {
    static var text: Self { Self(.text) }
    static var name: Self { Self(.name) }
    static func choice(_ names: [String]) -> Self { Self(.choice(names)) }

    private init(_ kind: ConfigurationKey.Kind) {
        self.init(kind: kind, wrap: Setting.text) { if case .text(let text) = $0 { text } else { nil } }
    }
}

extension ValueType<Secret> {
    static var secret: Self {
        Self(kind: .secret, wrap: Setting.secret) { if case .secret(let secret) = $0 { secret } else { nil } }
    }
}

extension ValueType<Int> {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(kind: .integer(range), wrap: Setting.integer) {
            if case .integer(let integer) = $0 { integer } else { nil }
        }
    }
}

extension ValueType<Duration> {
    static func seconds(_ range: ClosedRange<Double>) -> Self {
        Self(kind: .seconds(range), wrap: Setting.seconds) {
            if case .seconds(let duration) = $0 { duration } else { nil }
        }
    }

    static func days(_ range: ClosedRange<Double>) -> Self {
        Self(kind: .days(range), wrap: Setting.days) { if case .days(let duration) = $0 { duration } else { nil } }
    }
}

extension ValueType<Bool> {
    static var bool: Self {
        Self(kind: .bool, wrap: Setting.bool) { if case .bool(let bool) = $0 { bool } else { nil } }
    }
}

extension ValueType<[String]> {
    static var texts: Self { Self(.texts) }
    /// Names of environment variables.
    static var variables: Self { Self(.variables) }
    /// Outcomes of a run.
    static var outcomes: Self { Self(.outcomes) }

    private init(_ kind: ConfigurationKey.Kind) {
        self.init(kind: kind, wrap: Setting.texts) { if case .texts(let texts) = $0 { texts } else { nil } }
    }
}

extension ValueType<[Int]> {
    static func integers(_ range: ClosedRange<Int>) -> Self {
        Self(kind: .integers(range), wrap: Setting.integers) {
            if case .integers(let integers) = $0 { integers } else { nil }
        }
    }
}

extension ValueType<[String: Secret]> {
    static var environment: Self {
        Self(kind: .environment, wrap: Setting.table) { if case .table(let table) = $0 { table } else { nil } }
    }
}
