import Logging

extension EventKind {
    static let callbackEvents: [EventKind] = [
        callbackDelivered, callbackRetried, callbackFailed, callbackPutBack, callbackCrowded, callbackFenced,
        callbacksHeldUp,
        endpointClosed, endpointOpened,
    ]

    /// A receiver answered a try with 2xx. Fields: `try`, `seconds`.
    package static let callbackDelivered = EventKind(
        "callback_delivered", .info, "0f6cb722bffc137f8805fb93004c799e", "callback delivered",
        says: "callback of job {job_id} delivered to {endpoint} in {seconds} s, try {try}")

    /// A try failed and another try follows. Fields: `try`, `seconds`, `reason`, `pause` in seconds.
    package static let callbackRetried = EventKind(
        "callback_retried", .notice, "a251612bdefa91edd03f465e2419a07f", "callback not received; it is tried again",
        "`reason` says why; `pause` is the time in seconds until the next try. `ixctl callbacks show` lists all "
            + "tries.",
        says: "callback of job {job_id} not received by {endpoint}[: {reason}]; try {try} failed, the next "
            + "is in {pause} s")

    /// A callback ended without delivery. Fields: `try`, `seconds`, `reason`.
    package static let callbackFailed = EventKind(
        "callback_failed", .warning, "7c67a15a3ff81a825ce786def954d0f3", "callback failed",
        "`reason` says why: the schedule is used up, the receiver answered 410, or the URL is refused. The job's row "
            + "says `callback_status = failed`; `ixctl callbacks redeliver` tries again.",
        says: "callback of job {job_id} failed at {endpoint}, try {try}[: {reason}]")

    /// A delivery was stopped by the daemon's stop and is due again.
    package static let callbackPutBack = EventKind(
        "callback_put_back", .info, "c82ea89e166b5d758c661548b40630dd", "callback put back: the daemon stops",
        "The delivery took longer than the daemon's stop waits. The callback is sent again, under the same id.",
        says: "callback of job {job_id} put back: the daemon stops")

    /// A delivery found no free slot at its address and is due again in 1 to 3 seconds.
    package static let callbackCrowded = EventKind(
        "callback_crowded", .debug, "96c71f5b03744280bbb67937283c6886",
        "callback put back: other deliveries to its address are under way",
        "`[callback] per_address` and the client's share of it limit the deliveries to one address. The callback is "
            + "sent in 1 to 3 seconds; no try is used up.",
        says: "callback of job {job_id} put back: other deliveries to {endpoint} are under way")

    /// Results of deliveries were not written, because the claims no longer held. Field: `count`.
    package static let callbackFenced = EventKind(
        "callback_fenced", .notice, "5bd10475bb8cc854234bc8bd136271f7", "the result of a delivery came too late",
        "The delivery's lease had run out, or its job has left the store. A daemon that holds the callback now sends "
            + "it again.",
        says: "the results of {count} deliveries came too late")

    /// The store refused a call of the delivery loop, other than by a transient error. Field: `error`.
    package static let callbacksHeldUp = EventKind(
        "callbacks_held_up", .error, "b6cd20fc302efc663a94a2d1dea13fbf",
        "callbacks can't be read from the store or written to it",
        "`error` says why. Jobs go on; their callbacks wait.")

    /// An endpoint's breaker opened. Field: `reason`, the last failure.
    package static let endpointClosed = EventKind(
        "endpoint_closed", .warning, "8687160d17d363ef4de8605b8db4c339", "a receiver takes no callbacks for now",
        "Several deliveries in a row failed. Callbacks to this receiver wait, callbacks to other receivers don't. "
            + "The daemon tries one callback every `breaker_seconds`.",
        says: "receiver {endpoint} takes no callbacks for now: {reason}")

    /// An endpoint's breaker closed after a successful delivery.
    package static let endpointOpened = EventKind(
        "endpoint_opened", .notice, "bfc63f26799c688d72b28d63c87f8f27", "a receiver takes callbacks again",
        says: "receiver {endpoint} takes callbacks again")
}
