import ArgumentParser
import FoundationEssentials
import Glibc
import IXCore
import IXRepresentation

/// `ClockText` shows a time of the store for people: by the clock of the reader's zone or in UTC, with the time since.
struct ClockText {
    private let isUTC: Bool
    private let now: Timestamp

    init(isUTC: Bool = false, now: Timestamp? = nil) {
        self.isUTC = isUTC
        self.now = now ?? .now
    }

    /// Returns a stored time as `2026-03-04 06:06:07 CET (3m ago)`; a text that is no time, as it is.
    func text(_ stored: String) -> String {
        guard let moment = Timestamp(stored) else { return stored }
        let seconds = (now - moment).inSeconds
        let distance = DurationText.brief(abs(seconds))
        return "\(plain(moment)) (\(seconds < 0 ? "in \(distance)" : "\(distance) ago"))"
    }

    /// Returns a stored time without the time since; a text that is no time, as it is.
    func plain(_ stored: String) -> String { Timestamp(stored).map(plain) ?? stored }

    private func plain(_ moment: Timestamp) -> String {
        var seconds = time_t(moment.microseconds / 1_000_000 - (moment.microseconds % 1_000_000 < 0 ? 1 : 0))
        var parts = tm()
        guard (isUTC ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts)) != nil else { return moment.text }
        var buffer = [CChar](repeating: 0, count: 64)
        let length = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        let date = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let zone = isUTC ? "UTC" : parts.tm_zone.map { String(cString: $0) } ?? ""
        return "\(date) \(zone)"
    }
}

/// `TimeOptions` is the flag of commands that show times to people.
struct TimeOptions: ParsableArguments {
    @Flag(help: "Show times in UTC instead of the zone of this terminal; JSON is in UTC always.")
    var utc = false

    var clock: ClockText { ClockText(isUTC: utc) }
}
