// swift-tools-version: 6.2
import PackageDescription

/// A program that is its own ix-worker: copy the folder, and name ix-worker by its address instead of its path.
let package = Package(
    name: "word-worker",
    dependencies: [.package(name: "ix-worker", path: "../../..")],
    targets: [
        .executableTarget(name: "word-worker", dependencies: [.product(name: "IXWorker", package: "ix-worker")])
    ]
)
