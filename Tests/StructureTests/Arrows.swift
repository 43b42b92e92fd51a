/// Which target may import which, floor by floor. `docs/design.md` describes the floors.
enum Arrows {
    /// Modules of the toolchain and the system, which every target may import.
    static let system: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML", "Glibc",
        "Synchronization", "Dispatch", "Testing",
    ]

    /// What each target of the product may import, apart from ``system``.
    static let allowed: [String: Set<String>] = [
        "CArchive": [],
        "CIcal": [],
        "CZlib": [],
        "CCrypto": [],
        "CMalloc": [],
        "COpenBLAS": [],
        "COpenBLASKernel": [],
        "CFaiss": [],
        "CForest": [],
        "Statistics": [],
        "Tasks": [],
        "Text": [],
        "VectorIndex": ["CFaiss"],
        "Readings": ["Statistics", "Text"],
        "S3": ["CCrypto"],
        "SettingsFile": ["Text", "Yams"],
        "ReadingSources": ["Readings", "Statistics", "Text", "CZlib", "CArchive", "CIcal", "GRDBSQLite"],
        "Downloads": [
            "ReadingSources", "S3", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL",
        ],
        "Grid": ["Readings", "ReadingSources", "Statistics", "Text"],
        "Verdicts": ["Readings"],
        "Incidents": ["Readings", "Verdicts"],
        "Windows": ["Statistics", "Readings"],
        "Encoder": ["Statistics", "Windows", "COpenBLAS", "COpenBLASKernel"],
        "Charts": ["Text"],
        "DetectionMetrics": ["Statistics", "Tasks", "Readings", "Windows"],
        "Detection": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "CForest",
        ],
        "Baselines": ["Statistics", "Tasks", "Encoder", "VectorIndex"],
        "Storage": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Incidents", "Windows", "Encoder", "VectorIndex",
            "Detection", "CCrypto", "GRDB", "GRDBSQLite",
        ],
        "Engine": [
            "Statistics", "Tasks", "Text", "Readings", "Verdicts", "Incidents", "Windows", "Encoder",
            "VectorIndex", "Detection", "Storage",
        ],
        "Training": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex",
            "DetectionMetrics",
            "Detection", "Storage",
        ],
        "Reports": [
            "Statistics", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "DetectionMetrics",
            "Detection", "Storage", "Engine", "Training", "Charts",
        ],
        "Comparisons": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "DetectionMetrics",
            "Baselines",
            "Detection", "Storage", "Engine", "Training",
        ],
        "LineProtocol": ["Readings", "Text", "Verdicts", "Incidents", "NIOCore"],
        "Gateway": ["Storage", "Engine", "Readings", "Verdicts", "Incidents", "Logging", "ServiceLifecycle"],
        "CPaho": [],
        "Sinks": [
            "Storage", "Gateway", "LineProtocol", "Text", "Readings", "Verdicts", "Incidents", "CCrypto",
            "CPaho", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "Logging", "ServiceLifecycle",
        ],
        "Sockets": ["Gateway", "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS"],
        "LineServer": [
            "Gateway", "Sockets", "LineProtocol", "Readings", "Verdicts", "Incidents", "NIOCore", "NIOPosix",
            "Logging", "ServiceLifecycle",
        ],
        "Web": [
            "Gateway", "Sockets", "LineProtocol", "Verdicts", "NIOCore", "NIOHTTP1", "Logging", "Hummingbird",
            "HummingbirdCore", "HTTPTypes", "ServiceLifecycle",
        ],
        "gridkin": [
            "Encoder", "VectorIndex", "DetectionMetrics", "Detection", "Storage", "Engine", "Training",
            "Reports",
            "Comparisons", "Gateway", "Sockets", "LineServer", "Web", "LineProtocol", "Readings",
            "ReadingSources", "Downloads", "Grid",
            "Text", "Tasks", "Verdicts", "Incidents", "Sinks", "SettingsFile", "ArgumentParser", "Logging",
            "NIOCore", "NIOEmbedded", "NIOSSL",
            "ServiceLifecycle", "UnixSignals", "CMalloc",
        ],
        "CTorch": [],
        "TorchTraining": ["CTorch", "Encoder"],
        "GridkinTrainer": ["TorchTraining", "ArgumentParser"],
    ]

    /// What a target must not import, directly or through another target, with the reason.
    static let never: [(target: String, others: Set<String>, reason: String)] = [
        ("Statistics", Set(allowed.keys), "the lowest floor depends on nothing"),
        ("Charts", ["Readings", "DetectionMetrics", "Detection"], "a chart turns numbers into SVG"),
        ("SettingsFile", ["Gateway", "Sinks"], "what a file says, and not what it means"),
        (
            "ReadingSources", ["Downloads", "S3"],
            "reading files needs no network; who fetches them is injected"
        ),
        (
            "S3", ["Downloads", "ReadingSources"],
            "signatures and settings are values; who sends them is elsewhere"
        ),
        ("Verdicts", ["Detection", "Windows", "Engine"], "a judgement is a plain value"),
        ("DetectionMetrics", ["Detection", "Storage", "Engine"], "figures need only scores and labels"),
        ("Encoder", ["Detection", "Storage", "Verdicts"], "an encoder maps features to numbers"),
        ("Detection", ["Storage", "GRDB", "CCrypto"], "judging needs no disk"),
        ("Baselines", ["Detection", "Storage", "Engine"], "baseline detectors see a plain matrix"),
        ("Storage", ["Engine", "Training", "DetectionMetrics"], "a file does not depend on its readers"),
        ("Training", ["Reports", "Charts", "Engine"], "the page of a build is injected"),
        (
            "Engine", ["Training", "Charts", "DetectionMetrics", "Reports"],
            "a server neither trains nor draws"
        ),
        ("LineProtocol", ["Engine", "Storage", "Detection"], "a protocol only parses and formats"),
        ("Gateway", ["NIOCore", "NIOPosix", "LineProtocol"], "a push means the same in every protocol"),
        ("Gateway", ["Training", "Reports", "Comparisons"], "a server neither trains nor draws"),
        (
            "LineServer", ["Training", "Reports", "Comparisons", "DetectionMetrics"],
            "a server neither trains nor draws"
        ),
        ("LineServer", ["Web"], "a door does not depend on another"),
        ("Web", ["LineServer"], "a door does not depend on another"),
        ("Sockets", ["LineProtocol"], "sockets are the same for every protocol"),
        ("gridkin", ["TorchTraining", "CTorch"], "the program does not load libtorch"),
    ]

    /// Libraries that only these targets may import, most of them one, so that they can be replaced there.
    static let importers: [String: Set<String>] = [
        "AsyncHTTPClient": ["Downloads", "Sinks"],
        "CArchive": ["ReadingSources"],
        "CIcal": ["ReadingSources"],
        "CPaho": ["Sinks"],
        "CZlib": ["ReadingSources"],
        "CCrypto": ["Storage", "S3", "Sinks"],
        "CMalloc": ["gridkin"],
        "COpenBLAS": ["Encoder"],
        "COpenBLASKernel": ["Encoder"],
        "CFaiss": ["VectorIndex"],
        "CForest": ["Detection"],
        "CTorch": ["TorchTraining"],
        "GRDB": ["Storage"],
        "GRDBSQLite": ["ReadingSources", "Storage"],
        "NIOHTTP1": ["Web", "Downloads", "Sinks"],
        "NIOTLS": ["Sockets"],
        "Hummingbird": ["Web"],
        "HummingbirdCore": ["Web"],
        "Yams": ["SettingsFile"],
    ]

    /// Everything that a target reaches through its imports.
    static func reachable(from target: String) -> Set<String> {
        (allowed[target] ?? []).reduce(into: []) { $0.formUnion(reachable(from: $1).union([$1])) }
    }
}
