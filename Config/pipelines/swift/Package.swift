// swift-tools-version: 6.2
import PackageDescription

/// A program that is its own ix-worker: copy the folder, and name ix-worker by its address and a tag instead of its path,
/// as in `.package(url: "https://…/ix-worker", exact: "1.0.0")`.
let package = Package(
    name: "word-worker",
    dependencies: [.package(name: "ix-worker", path: "../../..")],
    targets: [
        .target(name: "WordPipelines", dependencies: [.product(name: "IXWorker", package: "ix-worker")]),
        .executableTarget(
            name: "word-worker",
            dependencies: ["WordPipelines", .product(name: "IXWorker", package: "ix-worker")]),
        .testTarget(
            name: "WordPipelinesTests",
            dependencies: ["WordPipelines", .product(name: "IXWorkerTesting", package: "ix-worker")]),
    ]
)
