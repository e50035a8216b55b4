import Glibc

/// The name of the user running the command; `uidN` when the user id has no name.
enum UserName {
    static var current: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "uid\(getuid())" }
        return String(cString: name)
    }
}
