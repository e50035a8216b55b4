import Glibc

extension statvfs {
    /// The bytes available to users other than root. A file system of a service may tell any numbers; a product beyond
    /// the range is the range's end.
    var availableBytes: Int {
        let (bytes, isOver) = Int(clamping: f_bavail).multipliedReportingOverflow(by: Int(clamping: f_frsize))
        return isOver ? .max : bytes
    }
}
