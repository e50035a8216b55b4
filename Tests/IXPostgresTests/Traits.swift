import IXTestSupport
import Testing

private let missing = Comment(rawValue: PrivateCluster.missing)

extension Trait where Self == ConditionTrait {
    /// On a laptop without PostgreSQL these are skipped, and say so; with CI=true they run and fail.
    static var needsPostgres: Self { .enabled(if: PrivateCluster.isAvailable, missing) }

    /// For tests that stop their server.
    static var needsOwnCluster: Self { .enabled(if: PrivateCluster.canBeMade, missing) }
}
