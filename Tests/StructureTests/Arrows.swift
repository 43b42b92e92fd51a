/// Who may import whom: the stops on the data's way, and what each takes from outside.
enum Arrows {
    /// Part of the toolchain or the system: open to all.
    static let system: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
    ]

    static let allowed: [String: Set<String>] = [
        "CFaiss": [],
        "CForest": [],
        "CZlib": [],
        "CCrypto": [],
        "COpenBLAS": [],
        "VectorIndex": ["CFaiss"],
        "Statistics": [],
        "Tasks": [],
        "Text": [],
        "Readings": ["Statistics", "Text"],
        "ReadingSources": ["Readings", "Statistics", "Text", "CZlib"],
        "Grid": ["Readings", "ReadingSources", "Statistics", "Text"],
        "Verdicts": ["Readings"],
        "Windows": ["Readings", "Statistics"],
        "Encoder": ["Windows", "COpenBLAS"],
        "CTorch": [],
        "TorchTraining": ["CTorch", "Encoder"],
        "GridkinTrainer": ["TorchTraining", "ArgumentParser"],
        "Catalog": ["GRDB", "GRDBSQLite"],
        "Charts": ["Text"],
        "AnomalyIndex": [
            "Statistics", "Tasks", "Verdicts", "VectorIndex", "Readings", "Windows", "Encoder", "Catalog",
            "Charts",
            "CCrypto", "CForest",
        ],
        "LineProtocol": ["Readings", "Text", "NIOCore"],
        "Server": [
            "AnomalyIndex", "LineProtocol", "Readings", "Verdicts", "NIOCore", "NIOPosix", "NIOHTTP1",
            "NIOSSL", "NIOTLS",
            "Logging", "ServiceLifecycle", "UnixSignals",
        ],
        "gridkin": [
            "Statistics", "Tasks", "Text", "Verdicts", "ReadingSources", "Grid",
            "VectorIndex", "Readings", "Windows", "Encoder", "Catalog", "AnomalyIndex", "LineProtocol",
            "Server",
            "ArgumentParser", "NIOCore", "NIOEmbedded", "NIOSSL", "Logging", "ServiceLifecycle", "UnixSignals",
        ],
    ]
}
