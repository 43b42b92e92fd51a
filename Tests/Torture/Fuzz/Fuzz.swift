// libFuzzer calls this with one input after the other, and brings its own `main`.

import Foundation
import FuzzTargets

/// The parser this process is for, named in `GRIDKIN_FUZZ`.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["GRIDKIN_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        fatalError("GRIDKIN_FUZZ names one of \(FuzzTarget.allCases.map(\.rawValue)), not `\(name)`")
    }
    return target
}()

/// Takes one input. Where a promise is broken the process ends, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
