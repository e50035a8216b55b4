import IXCore

/// `TimeZoneFile` knows the changes of a zone's clock, past and future, from the host's files of the tz database.
///
/// A file lists changes; after the last one the file's rule repeats each year.
package struct TimeZoneFile: Sendable, Hashable {
    /// The folder of the files on Debian, of the package tzdata.
    package static let folder = "/usr/share/zoneinfo"
    /// UTC, which needs no file.
    package static let utc = TimeZoneFile(name: "UTC", TZifReader.Contents())

    /// Name of the zone, such as `Europe/Berlin`.
    package let name: String
    private let starts: [Int]
    private let offsets: [Int]
    private let first: Int
    private let rule: ZoneRule?

    /// Reads the zone `name` from its file in `folder`; `UTC` is read from nowhere.
    ///
    /// Failure: `InvalidInput` naming `time_zone`, for a name that is no zone's in the folder; `TimeZoneUnavailable` when
    /// the folder is missing or the file is damaged.
    package static func named(_ name: String, folder: String = folder) throws -> TimeZoneFile {
        if name == utc.name { return utc }
        try TimeZoneName.check(name)
        let path = "\(folder)/\(name)"
        guard let bytes = try ZoneBytes.read(path, folder: folder), TZifReader.isZone(bytes) else {
            throw TimeZoneName.unknown(name, in: folder)
        }
        do {
            return TimeZoneFile(name: name, try TZifReader.contents(bytes))
        } catch {
            throw TimeZoneUnavailable(reason: "\(path) can't be used: the file \(error.reason)")
        }
    }

    init(name: String, _ contents: TZifReader.Contents) {
        self.name = name
        (starts, offsets, first, rule) = (contents.starts, contents.offsets, contents.first, contents.rule)
    }

    /// Returns the stretch without a change that holds `second`.
    func segment(at second: Int) -> ZoneSegment {
        let index = changes(until: second)
        let start = index == 0 ? Int.min : starts[index - 1]
        guard index == starts.count, let rule else {
            let end = index == starts.count ? Int.max : starts[index]
            return ZoneSegment(start: start, end: end, offset: index == 0 ? first : offsets[index - 1])
        }
        let found = rule.segment(at: second)
        return ZoneSegment(start: max(found.start, start), end: found.end, offset: found.offset)
    }

    /// Number of listed changes at `second` or before.
    private func changes(until second: Int) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
