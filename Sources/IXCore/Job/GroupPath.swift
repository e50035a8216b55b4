/// `GroupPath` is the place in a job from which a queue takes the job's group: `client_id`, or a path of the request such
/// as `context.customer`. The same check serves every door.
package enum GroupPath {
    /// Throws `InvalidInput` naming `field` for a text that is no such place.
    package static func check(_ path: String, field: String = "group_by") throws(InvalidInput) {
        try Keys.validated(path, field: field)
        guard !path.contains("\""), !path.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
            throw InvalidInput(field, "must be client_id, or a path of the request such as context.customer")
        }
    }
}
