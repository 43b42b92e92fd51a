import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// A server cannot listen where it was told to.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it was to listen.
    public let address: ListenAddress

    /// What is in the way.
    public let cause: String

    /// What to do about it.
    public let advice: String

    /// One line with all three.
    public var description: String { "cannot listen on \(address): \(cause); \(advice)" }

    init(_ address: ListenAddress, cause: String, advice: String) {
        self.address = address
        self.cause = cause
        self.advice = advice
    }

    /// What the system said when a TCP port was to be bound.
    init(_ address: ListenAddress, binding error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init(
                address,
                cause: "the port is in use",
                advice: "stop the server that has it, or choose another port (0 takes any free one)"
            )
        case EACCES:
            self.init(
                address,
                cause: "this user may not use the port",
                advice: "choose a port from 1024 on"
            )
        case EADDRNOTAVAIL:
            self.init(
                address,
                cause: "the address is not one of this machine",
                advice: "choose 127.0.0.1, or an address that `ip address` shows"
            )
        default:
            self.init(address, cause: "\(error)", advice: "check the address and the port")
        }
    }
}
