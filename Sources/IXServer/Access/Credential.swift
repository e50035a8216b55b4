import IXRepresentation

/// What a request shows to be let in.
enum Credential: Sendable {
    /// A caller that the store knows nothing of.
    case caller(Caller)
    case token(TokenSecret)
    case session(SessionSecret)
}
