#if canImport(Glibc)
import Glibc
#endif

/// Where a client comes from, as far as limits count it.
///
/// One program can have many addresses: every machine has all of 127.0.0.0/8, and whoever has one IPv6
/// address has the 2⁶⁴ of its network. Counted singly, a limit would bound nothing.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address, an IPv6 network such as `2001:db8:0:1::/64`, or `this machine`, which is no host's
    /// name.
    public let description: String

    /// This machine.
    public static let loopback = Origin("this machine")

    /// The origin of a numeric address; what is not one is an origin of its own.
    public init(address: String) {
        // A link-local address may end with `%` and an interface.
        let number = String(address.prefix { $0 != "%" })
        guard number.utf8.contains(58) else {
            var parsed = in_addr()
            let isLoopback = number.hasPrefix("127.") && inet_pton(AF_INET, number, &parsed) == 1
            self = isLoopback ? .loopback : Origin(number)
            return
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, number, &bytes) == 1 else {
            self = Origin(number)
            return
        }
        self = Self.ofIPv6(bytes)
    }

    private init(_ text: String) {
        description = text
    }

    private static func ofIPv6(_ bytes: [UInt8]) -> Origin {
        if bytes.prefix(10).allSatisfy({ $0 == 0 }) {
            if bytes[10] == 255, bytes[11] == 255 {
                return Origin(address: bytes[12...].map { String($0) }.joined(separator: "."))
            }
            if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] == 1 { return .loopback }
        }
        let groups = stride(from: 0, to: 8, by: 2).map { index in
            String(Int(bytes[index]) << 8 | Int(bytes[index + 1]), radix: 16)
        }
        return Origin(groups.joined(separator: ":") + "::/64")
    }
}
