/// What a report shows beyond figures: the worst mistakes with their neighbours, and a map of the banks.
public struct CaseBook: Sendable {
    let misses: [FaultCase]
    let falseAlarms: [FaultCase]
    let map: BankMap
}
