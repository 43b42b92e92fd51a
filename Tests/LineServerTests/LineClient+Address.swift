import LineServer
import TestSupport

extension LineClient {
    /// Connects to where a server listens; a reset is an error.
    convenience init(_ address: ListenAddress, patience: Int = 50) throws {
        switch address {
        case .tcp(_, let port):
            try self.init(port: UInt16(truncatingIfNeeded: port), patience: patience, isStrict: true)
        case .unix(let path):
            try self.init(path: path, patience: patience, isStrict: true)
        }
    }
}
