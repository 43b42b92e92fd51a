/// Who may import whom: the targets, floor by floor, and what each takes from outside.
enum Arrows {
    /// Part of the toolchain or the system: open to all.
    static let system: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
    ]

    static let allowed: [String: Set<String>] = [
        "CZlib": [],
        "CCrypto": [],
        "COpenBLAS": [],
        "CFaiss": [],
        "CForest": [],
        "Statistics": [],
        "Tasks": [],
        "Text": [],
        "VectorIndex": ["CFaiss"],
        "Readings": ["Statistics", "Text"],
        "ReadingSources": ["Readings", "Statistics", "Text", "CZlib"],
        "Grid": ["Readings", "ReadingSources", "Statistics", "Text"],
        "Verdicts": ["Readings"],
        "Windows": ["Statistics", "Readings"],
        "Encoder": ["Statistics", "Windows", "COpenBLAS"],
        "Charts": ["Text"],
        "Metrics": ["Statistics", "Tasks", "Readings", "Windows"],
        "Detection": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "CForest",
        ],
        "Baselines": ["Statistics", "Tasks", "Encoder", "VectorIndex"],
        "Storage": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex",
            "Detection", "CCrypto", "GRDB", "GRDBSQLite",
        ],
        "Engine": [
            "Statistics", "Tasks", "Text", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex",
            "Detection", "Storage",
        ],
        "Training": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "Metrics",
            "Detection", "Storage",
        ],
        "Reports": [
            "Statistics", "Readings", "Verdicts", "Windows", "Encoder", "VectorIndex", "Metrics",
            "Detection", "Storage", "Engine", "Training", "Charts",
        ],
        "Comparisons": [
            "Statistics", "Tasks", "Readings", "Verdicts", "Windows", "Encoder", "Metrics", "Baselines",
            "Detection", "Storage", "Engine", "Training",
        ],
        "LineProtocol": ["Readings", "Text", "Verdicts", "NIOCore"],
        "Gateway": ["Storage", "Engine", "Readings", "Verdicts", "Logging", "ServiceLifecycle"],
        "LineServer": [
            "Gateway", "LineProtocol", "Readings", "Verdicts", "NIOCore", "NIOHTTP1", "NIOPosix",
            "NIOSSL", "NIOTLS", "Logging", "ServiceLifecycle",
        ],
        "gridkin": [
            "Encoder", "VectorIndex", "Metrics", "Detection", "Storage", "Engine", "Training", "Reports",
            "Comparisons", "Gateway", "LineServer", "LineProtocol", "Readings", "ReadingSources", "Grid",
            "Text",
            "Tasks",
            "Verdicts", "ArgumentParser", "Logging", "NIOCore", "NIOEmbedded", "NIOSSL",
            "ServiceLifecycle", "UnixSignals",
        ],
        "CTorch": [],
        "TorchTraining": ["CTorch", "Encoder"],
        "GridkinTrainer": ["TorchTraining", "ArgumentParser"],
    ]

    /// What a target must never import, directly or by way of another, with the reason.
    static let never: [(target: String, others: Set<String>, reason: String)] = [
        ("Detection", ["Storage", "GRDB"], "judging needs no disk"),
        ("Training", ["Reports", "Charts"], "a build's page is drawn by whoever asks for one"),
        ("Engine", ["Training", "Charts", "Metrics"], "a server learns nothing and draws nothing"),
        ("LineProtocol", ["Engine", "Storage"], "a protocol is words"),
        ("Gateway", ["NIOCore", "NIOPosix", "LineProtocol"], "what a push means is the same at every door"),
        ("Verdicts", ["Detection", "Windows"], "what is said of a reading is a value"),
        ("Baselines", ["Detection", "Storage"], "other detectors see a plain matrix"),
    ]
}
