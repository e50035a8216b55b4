/// The work that sessions of the store's server hold up now. A copy doesn't know, because other sessions use a copy.
package struct ServerSigns: Sendable, Equatable {
    /// The oldest hold on dead rows; nil when there is none.
    package var xminHorizon: XminHorizonHold?
    /// Commits waiting for a missing synchronous standby; nil when none waits.
    package var standbyWait: StandbyWaiting?

    /// Creates the signs of a server that holds nothing up.
    package init() {}
}

extension Statistics {
    /// Takes the signs of the store's server in place of its own.
    package mutating func take(_ signs: ServerSigns) {
        (xminHorizon, standbyWait) = (signs.xminHorizon, signs.standbyWait)
    }
}
