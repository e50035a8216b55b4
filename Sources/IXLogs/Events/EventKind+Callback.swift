import Logging

extension EventKind {
    static let callbackEvents: [EventKind] = [
        callbackDelivered, callbackFailed, callbackUnrecorded,
    ]

    public static let callbackDelivered = EventKind(
        "callback_delivered", .info, "0f6cb722bffc137f8805fb93004c799e", "callback delivered")

    public static let callbackFailed = EventKind(
        "callback_failed", .warning, "7c67a15a3ff81a825ce786def954d0f3", "callback failed",
        "The reason is beside it; the row says `callback_status = failed`.")

    public static let callbackUnrecorded = EventKind(
        "callback_unrecorded", .error, "9622da7b495582b3ecae09c9ad7683e3", "the callback's status could not be written",
        "The callback was sent, but its row still says that it wasn't.")
}
