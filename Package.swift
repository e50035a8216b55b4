// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let instrumentation: Target.Dependency = .product(name: "Instrumentation", package: "swift-distributed-tracing")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")

// Without the framework's router: a route of ours also names its roles, its parameters and its page.
let hummingbird: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypes1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

/// What `--version` says. make passes it, since a manifest that nobody changed is not asked again.
let commit = Context.environment["IX_COMMIT"] ?? Context.gitInformation?.currentCommit ?? "unknown"

let package = Package(
    name: "ix-worker",
    products: [
        .executable(name: "ix-worker", targets: ["ix-worker"]),
        .executable(name: "ixctl", targets: ["ixctl"]),
        // For programs that bring pipelines of their own: see docs/pipelines.md.
        .library(name: "IXWorker", targets: ["IXDaemon", "IXPipelines", "IXCore"]),
        // For their tests, which need no daemon and no database.
        .library(name: "IXWorkerTesting", targets: ["IXWorkerTesting", "IXPipelines", "IXCore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.11.0"),
    ],
    targets: [
        // The rooms, from the middle outwards; each may import only what its line names.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CSpawn"),
        .target(name: "CStart"),
        .target(name: "CBuild", cSettings: [.define("IX_COMMIT", to: "\"\(commit.prefix(10))\"")]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "IXCore", swiftSettings: strict),
        // The moments of schedules, by cron expressions and the host's zone files.
        .target(name: "IXSchedules", dependencies: ["IXCore"], swiftSettings: strict),
        .target(name: "IXConcurrency", dependencies: ["CLinux", deque, heap], swiftSettings: strict),
        .target(
            name: "IXTelemetry", dependencies: ["IXCore", logging, metrics, instrumentation], swiftSettings: strict),
        .target(name: "IXStore", dependencies: ["IXSchedules", "IXCore", "IXConcurrency"], swiftSettings: strict),
        .target(name: "IXWebhooks", dependencies: ["IXCore", crypto], swiftSettings: strict),
        .target(name: "IXTLS", dependencies: [nioCore, nioSSL], swiftSettings: strict),
        .target(
            name: "CPostgresSQL", path: "Sources/IXPostgres/SQL",
            exclude: [
                "access", "history", "jobs", "daemons", "suspects", "schedules", "callbacks", "migrations", "functions",
                "indexes", "comments",
                "roles",
                "doctor",
            ]),
        .target(
            name: "IXPostgres",
            dependencies: [
                "IXStore", "IXSchedules", "IXConcurrency", "IXCore", "IXTelemetry", "CLibPQ", "CLinux", "CPostgresSQL",
                logging,
            ],
            exclude: ["SQL"], swiftSettings: strict),
        .target(
            name: "CSQLiteSQL", path: "Sources/IXSQLite/SQL",
            exclude: [
                "access", "history", "jobs", "daemons", "suspects", "schedules", "callbacks", "migrations", "triggers",
                "views",
            ],
            linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "IXSQLite",
            dependencies: [
                "IXStore", "IXSchedules", "IXConcurrency", "IXCore", "IXTelemetry", "CSQLiteSQL", grdb, logging,
            ],
            exclude: ["SQL"], swiftSettings: strict),
        // The seam of the pipelines, which a program with Swift pipelines links; what starts programs and what speaks
        // HTTP are rooms of their own.
        .target(name: "IXPipelines", dependencies: ["IXTelemetry", "IXCore", logging], swiftSettings: strict),
        .target(
            name: "IXPrograms",
            dependencies: ["IXPipelines", "IXTelemetry", "IXConcurrency", "IXCore", "CSpawn", system, logging],
            swiftSettings: strict),
        .target(
            name: "IXHTTPPipeline",
            dependencies: [
                "IXPipelines", "IXTelemetry", "IXTLS", "IXWebhooks", "IXCore", http, nioSSL, nioCore, nioPosix, nioHTTP,
                nioHTTP2,
            ],
            swiftSettings: strict),
        .target(
            name: "IXCallbacks",
            dependencies: [
                "IXStore", "IXConcurrency", "IXCore", "IXTelemetry", "IXTLS", "IXWebhooks", nioCore, nioPosix, nioHTTP,
                nioTLS, nioSSL,
                logging,
            ],
            swiftSettings: strict),
        .target(
            name: "IXEngine",
            dependencies: [
                "IXStore", "IXSchedules", "IXPipelines", "IXTelemetry", "IXConcurrency", "IXCore", lifecycle, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "IXConfig", dependencies: ["IXSchedules", "IXCore", .product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: strict),
        .target(
            name: "IXSystemd", dependencies: ["IXTelemetry", "IXCore", "CSystemd", logging], swiftSettings: strict),
        // What the two programs' command lines share.
        .target(
            name: "IXCommand",
            dependencies: [
                "CBuild", "CStart", "IXPostgres", "IXSQLite", "IXTelemetry", "IXConfig", "IXStore", "IXCore", arguments,
            ],
            swiftSettings: strict),
        // What the daemon needs around it, looked over: a check a file.
        .target(
            name: "IXDoctor",
            dependencies: ["IXCommand", "IXPostgres", "IXSQLite", "IXStore", "IXConfig", "IXCore"],
            swiftSettings: strict),
        // How jobs and what surrounds them look outside: to `--json`, over HTTP, in streams.
        .target(
            name: "IXRepresentation", dependencies: ["IXStore", "IXSchedules", "IXCore", crypto],
            swiftSettings: strict),
        .target(name: "COpenAPI", path: "Sources/IXServer/OpenAPI", exclude: ["openapi.json"]),
        // The dashboard's files, compiled in; packed by the zlib that AsyncHTTPClient links anyway.
        .target(
            name: "CDashboard", path: "Sources/IXServer/Assets", exclude: ["files"],
            linkerSettings: [.linkedLibrary("z")]),
        // HTTP beside the daemon: knows the seams, never the engine, the configuration, or a store's implementation.
        .target(
            name: "IXServer",
            dependencies: [
                "COpenAPI", "CDashboard", "IXRepresentation", "IXTelemetry", "IXStore", "IXSchedules", "IXConcurrency",
                "IXCore", hummingbird, nioCore, nioPosix, nioHTTP, nioSSL, nioExtras, nioHTTPTypes, nioHTTPTypes1,
                httpTypes,
                logging,
            ],
            exclude: ["OpenAPI", "Assets"], swiftSettings: strict),
        // The daemon and its command line as a library, so that a program can bring Swift pipelines of its own.
        .target(
            name: "IXDaemon",
            dependencies: [
                "IXCommand", "IXDoctor", "IXEngine", "IXCallbacks", "IXPrograms", "IXHTTPPipeline", "IXPipelines",
                "IXPostgres", "IXSQLite", "IXConfig", "IXServer", "IXRepresentation", "IXTelemetry", "IXSystemd",
                "IXStore", "IXSchedules", "IXConcurrency", "IXCore", "CLinux", arguments, crypto, http, logging,
                nioCore, nioHTTP,
                tracing,
            ],
            swiftSettings: strict),
        // A store in memory, for tests of the engine and of authors' pipelines without a database.
        .target(
            name: "IXMemoryStore", dependencies: ["IXStore", "IXSchedules", "IXConcurrency", "IXCore"],
            swiftSettings: strict),
        // Runs an author's pipeline in a test as the daemon would.
        .target(
            name: "IXWorkerTesting",
            dependencies: [
                "IXEngine", "IXMemoryStore", "IXPipelines", "IXStore", "IXConcurrency", "IXCore", logging,
            ],
            swiftSettings: strict),
        .target(
            name: "IXControl",
            dependencies: [
                "IXCommand", "IXConfig", "IXRepresentation", "IXStore", "IXSchedules", "IXSystemd", "IXTelemetry",
                "IXConcurrency", "IXWebhooks", "IXCore", arguments, logging, nioCore, nioPosix, nioHTTP, http,
            ],
            swiftSettings: strict),
        // Not for programs of others, which may call functions of languages.
        .target(name: "CLocale"),
        .executableTarget(
            name: "ix-worker", dependencies: ["IXControl", "IXDaemon", "CLocale"], swiftSettings: strict),
        // What is installed as ixctl is a link to ix-worker; this one is built sooner.
        .executableTarget(name: "ixctl", dependencies: ["IXControl", "CLocale"], swiftSettings: strict),

        // What the tests share, and the tests: one target per room, one conformance suite for every store, and the
        // real programs.
        .systemLibrary(name: "CCloseFrom", path: "Tests/closefrom"),
        .target(
            name: "IXTestSupport",
            dependencies: [
                "CCloseFrom", "IXPostgres", "IXSQLite", "IXStore", "IXConcurrency", "IXCore", "CLibPQ",
            ],
            path: "Tests/IXTestSupport", swiftSettings: strict),
        .target(
            name: "IXPipelinesSupport", dependencies: ["IXPipelines", "IXCore", logging],
            path: "Tests/IXPipelinesSupport", swiftSettings: strict),
        // The proof by history: the checker knows nothing of the product, and the storm only its programs.
        .target(name: "IXHistory", path: "Tests/IXHistory", swiftSettings: strict),
        .target(
            name: "IXStorm",
            dependencies: ["IXHistory", "IXTestSupport", "IXPostgres", "IXCore", http, nioCore, nioHTTP],
            path: "Tests/IXStorm", exclude: ["receiver.py"], swiftSettings: strict),
        .executableTarget(
            name: "ix-storm", dependencies: ["IXStorm", "IXHistory", arguments], path: "Tests/storm",
            swiftSettings: strict),
        // Mutated inputs for everything that reads bytes from outside.
        .target(
            name: "IXFuzz",
            dependencies: [
                "IXCallbacks", "IXPrograms", "IXHTTPPipeline", "IXPipelines", "IXConfig", "IXSQLite", "IXStore",
                "IXSchedules", "IXCore", "IXTestSupport", grdb,
            ],
            path: "Tests/IXFuzz", swiftSettings: strict),
        .executableTarget(
            name: "ix-fuzz", dependencies: ["IXFuzz", "IXTestSupport", arguments], path: "Tests/fuzz",
            swiftSettings: strict),
        .testTarget(name: "IXFuzzTests", dependencies: ["IXFuzz", "IXTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "IXHistoryTests", dependencies: ["IXHistory", "IXStorm", "IXTestSupport"], swiftSettings: strict),
        // ix-worker with a pipeline that leaves a mark, for measurements beside other queues.
        .executableTarget(
            name: "ix-bench-mark", dependencies: ["IXDaemon", "IXPipelines", "IXCore"], path: "Tests/bench/mark",
            swiftSettings: strict),
        .executableTarget(
            name: "ix-bench-bare", dependencies: [grdb], path: "Tests/bench/bare", swiftSettings: strict),
        // ix-worker with Swift pipelines that behave badly.
        .executableTarget(
            name: "ix-author", dependencies: ["IXDaemon", "IXPipelines", "IXCore", tracing], path: "Tests/author",
            swiftSettings: strict),
        // The example that authors copy, and its tests, which are compiled here as they stand.
        .target(
            name: "WordPipelines", dependencies: ["IXPipelines", "IXCore"],
            path: "Config/pipelines/swift/Sources/WordPipelines"),
        .testTarget(
            name: "WordPipelinesTests", dependencies: ["WordPipelines", "IXWorkerTesting", "IXCore"],
            path: "Config/pipelines/swift/Tests/WordPipelinesTests"),
        .testTarget(
            name: "IXWorkerTestingTests", dependencies: ["IXWorkerTesting", "IXPipelines", "IXConcurrency", "IXCore"],
            swiftSettings: strict),
        .testTarget(name: "IXCoreTests", dependencies: ["IXCore"], swiftSettings: strict),
        .testTarget(
            name: "IXSchedulesTests", dependencies: ["IXSchedules", "IXCore"], exclude: ["moments.py"],
            swiftSettings: strict),
        .testTarget(
            name: "IXRepresentationTests", dependencies: ["IXRepresentation", "IXStore", "IXCore"],
            swiftSettings: strict),
        .testTarget(
            name: "IXServerTests",
            dependencies: [
                "COpenAPI", "IXServer", "IXRepresentation", "IXPostgres", "IXSQLite", "IXStore", "IXTelemetry",
                "IXCore",
                "IXTestSupport", http, httpTypes, nioCore, nioHTTP, nioSSL, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXTelemetryTests", dependencies: ["IXTelemetry", "IXCore", logging, metrics], swiftSettings: strict),
        .testTarget(name: "IXConfigTests", dependencies: ["IXConfig", "IXCore"], swiftSettings: strict),
        .testTarget(name: "IXConcurrencyTests", dependencies: ["IXConcurrency"], swiftSettings: strict),
        .testTarget(
            name: "IXEngineTests",
            dependencies: [
                "IXEngine", "IXMemoryStore", "IXPipelines", "IXPipelinesSupport", "IXSQLite", "IXStore",
                "IXConcurrency", "IXCore", "IXTestSupport", lifecycle, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXPipelinesTests", dependencies: ["IXPipelines", "IXPipelinesSupport", "IXCore"],
            swiftSettings: strict),
        .testTarget(
            name: "IXProgramsTests",
            dependencies: [
                "IXPrograms", "IXPipelines", "IXPipelinesSupport", "IXConcurrency", "IXCore", "CSpawn", logging, system,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXHTTPPipelineTests",
            dependencies: [
                "IXHTTPPipeline", "IXPrograms", "IXPipelines", "IXPipelinesSupport", "IXWebhooks", "IXCore", "CSpawn",
                system, logging, http, nioCore,
                nioHTTP, nioHTTP2,
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            exclude: ["Support/service.py"],
            swiftSettings: strict),
        .testTarget(
            name: "IXCallbacksTests",
            dependencies: [
                "IXCallbacks", "IXMemoryStore", "IXWebhooks", "IXSQLite", "IXStore", "IXConcurrency", "IXCore",
                "IXTestSupport", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXSystemdTests", dependencies: ["IXSystemd", "IXTelemetry", logging], swiftSettings: strict),
        .testTarget(
            name: "StoreConformanceTests",
            dependencies: [
                "IXEngine", "IXPostgres", "IXSQLite", "IXStore", "IXSchedules", "IXCore", "IXTestSupport", logging,
                grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXPostgresTests",
            dependencies: [
                "IXPostgres", "IXSchedules", "IXStore", "IXConcurrency", "IXCore", "IXTestSupport", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXTLSTests", dependencies: ["IXTLS"], swiftSettings: strict),
        .testTarget(
            name: "IXCommandTests", dependencies: ["IXCommand"], swiftSettings: strict),
        .testTarget(
            name: "IXDaemonTests",
            dependencies: [
                "IXDaemon", "IXControl", "IXCommand", "IXConfig", "IXEngine", "IXStore", "IXCore", arguments,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IXDoctorTests", dependencies: ["IXDoctor", "IXCommand"], swiftSettings: strict),
        .testTarget(
            name: "IXSQLiteTests",
            dependencies: ["IXSQLite", "IXStore", "IXConcurrency", "IXCore", "IXTestSupport", grdb, logging],
            swiftSettings: strict),
        // What needs a booted systemd: a room of its own, which runs when the others are done.
        .testTarget(
            name: "BootedTests", dependencies: ["IXCore", "IXTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "IXPostgres", "IXSQLite", "IXStore", "IXConcurrency", "IXCore", "IXHistory", "IXPipelinesSupport",
                "IXTestSupport", http, nioCore, nioHTTP,
            ],
            exclude: [
                "wedge.c", "Hosts/deny.c", "Embedded/powercut.c", "behaving.py", "hostile.py", "tlsserver.py",
                "client.py",
            ],
            swiftSettings: strict),
    ]
)
