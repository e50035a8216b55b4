/// Texts for the header `tracestate`, which every door takes or leaves out alike.
package enum TraceStates {
    /// Texts that are kept as they are.
    package static let kept = [
        "vendor=1", "a=b,c=d", "a=b, c=d", "a=b,,c=d", " a=b", "a=b,", "fw529a3039@dt=FfAz*/-_", "0=x y ; ~",
        "a=" + String(repeating: "v", count: 510),
    ]
    /// Texts that are left out.
    package static let leftOut = [
        "", " ", ",", "vendor", "=1", "vendor=", "a=b=c", "A=b", "-a=b", "a=b,C=d", "a=\u{e9}", "a=b\tc", "a=b\nc=d",
        "a b=c",
        "a=" + String(repeating: "v", count: 511),
    ]
}
