/// `Settings` gathers the scalar values from the sources, in their order, with the faults found so far.
struct Settings {
    private var entries: [String: SettingEntry]
    private(set) var faults: [ConfigurationFault] = []
    /// Keys with a fault. Later checks between keys skip faulty keys.
    private var faulty: Set<String> = []

    init() {
        entries = Dictionary(
            uniqueKeysWithValues: ConfigurationKey.all.map {
                ($0.path, SettingEntry(value: $0.standard, origin: .standard))
            })
    }

    /// The value in effect, of the key's type.
    subscript<Value>(_ path: KeyPath<ConfigurationKeys, Key<Value>>) -> Value {
        let key = Self.key(path)
        return key.type.unwrap(entry(of: key.definition).value) ?? key.fallback
    }

    /// The value in effect with its origin, for lists of all keys.
    func entry(of key: ConfigurationKey) -> SettingEntry {
        entries[key.path] ?? SettingEntry(value: key.standard, origin: .standard)
    }

    func origin<Value>(_ path: KeyPath<ConfigurationKeys, Key<Value>>) -> ConfigurationOrigin {
        entry(of: Self.key(path).definition).origin
    }

    mutating func set<Value>(
        _ path: KeyPath<ConfigurationKeys, Key<Value>>, _ value: Value, from origin: ConfigurationOrigin
    ) {
        let key = Self.key(path)
        entries[key.definition.path] = SettingEntry(value: key.type.wrap(value), origin: origin)
    }

    mutating func refuse<Value>(
        _ path: KeyPath<ConfigurationKeys, Key<Value>>, _ origin: ConfigurationOrigin, _ reason: String
    ) {
        refuse(Self.key(path).definition.path, origin, reason)
    }

    static func key<Value>(_ path: KeyPath<ConfigurationKeys, Key<Value>>) -> Key<Value> {
        ConfigurationKeys.standard[keyPath: path]
    }

    mutating func refuse(_ key: String, _ origin: ConfigurationOrigin, _ reason: String) {
        faults.append(ConfigurationFault(origin: origin, key: key, reason: reason))
        faulty.insert(key)
    }

    /// Sorts the faults of a file, which begin at `start`, by line.
    mutating func sortFaults(from start: Int) {
        faults[start...].sort { ($0.origin.line ?? 0, $0.key) < ($1.origin.line ?? 0, $1.key) }
    }

    func isSound<Value>(_ path: KeyPath<ConfigurationKeys, Key<Value>>) -> Bool {
        !faulty.contains(Self.key(path).definition.path)
    }

    /// Reads every table of the file except those that hold named tables.
    mutating func take(_ file: TOMLFile) {
        for (name, node) in file.root.sorted(by: { $0.key < $1.key })
        where !ConfigurationKey.namedSections.contains(name) {
            take(section: name, node, file)
        }
    }

    mutating func take(environment: [String: String]) {
        for key in ConfigurationKey.all {
            // A secret that was made with `echo` ends with an unintended line end.
            guard let text = environment[key.environmentName]?.withoutBlanks else { continue }
            // Compose files set an unset variable to an empty text, so an empty value only counts for a text.
            if text.isEmpty, key.kind != .text, key.kind != .secret { continue }
            take(key, from: .environment(key.environmentName)) { () throws(Unfit) in try key.kind.read(text: text) }
        }
    }

    mutating func take(overrides: [(key: String, value: String)]) {
        for (path, text) in overrides {
            guard let key = ConfigurationKey.all.first(where: { $0.path == path }) else {
                refuse(path, .flag, UnknownKey.reason(flag: path))
                continue
            }
            take(key, from: .flag) { () throws(Unfit) in try key.kind.read(text: text) }
        }
    }

    private mutating func take(section name: String, _ node: TOMLNode, _ file: TOMLFile) {
        guard ConfigurationKey.sections.contains(where: { $0.name == name }) else {
            return refuse(DottedName.segment(name), file.origin([name]), UnknownKey.reason(topLevel: name, node))
        }
        guard case .table(let members) = node else {
            return refuse(name, file.origin([name]), "must be a table, is \(node.type)")
        }
        for (key, node) in members.sorted(by: { $0.key < $1.key }) { take(key, in: name, node, file) }
    }

    private mutating func take(_ name: String, in section: String, _ node: TOMLNode, _ file: TOMLFile) {
        let origin = file.origin([section, name])
        guard let key = ConfigurationKey.all.first(where: { $0.section == section && $0.name == name }) else {
            return refuse(DottedName.text([section, name]), origin, UnknownKey.reason(name, in: section))
        }
        // No file is stronger than another file, so that each key is set in a single file.
        let earlier = entry(of: key).origin
        if case .file = earlier { return refuse(key.path, origin, "is already set in \(earlier)") }
        take(key, from: origin) { () throws(Unfit) in try key.kind.read(node) }
    }

    private mutating func take(
        _ key: ConfigurationKey, from origin: ConfigurationOrigin, _ read: () throws(Unfit) -> Setting
    ) {
        do {
            entries[key.path] = SettingEntry(value: try read(), origin: origin)
        } catch {
            refuse(key.path, origin, error.reason)
        }
    }
}

extension Settings {
    /// The store of `[store] kind`. `auto` is PostgreSQL when any key under `[postgres]` is set, else the embedded
    /// file.
    var storeKind: StoreKind {
        if let named = StoreKind(rawValue: self[\.store.kind]) { return named }
        return says("postgres") ? .postgres : .sqlite
    }

    /// True when a source names the store or sets a key of either store.
    var isStoreNamed: Bool {
        StoreKind(rawValue: self[\.store.kind]) != nil || says("postgres") || says("sqlite")
    }

    private func says(_ section: String) -> Bool {
        ConfigurationKey.all.contains { $0.section == section && entry(of: $0).origin != .standard }
    }
}

extension String {
    /// The text without white space and line ends at its beginning and end.
    var withoutBlanks: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
