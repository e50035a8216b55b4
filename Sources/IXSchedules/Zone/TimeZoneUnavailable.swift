/// `TimeZoneUnavailable` says why this host can't read a time zone, through no fault of the schedule: another host may.
package struct TimeZoneUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, with the file or folder.
    package let reason: String

    package var description: String { reason }
}
