public import Readings

extension ReadingFiles {
    /// Looks through the files, and says which channels they have; nothing is read.
    ///
    /// - Returns: the channels, in a wide file its meters, and the names of the others, which do not fit
    ///   ``ColumnChoice/patterns``.
    /// - Throws: ``ReadingsError`` as ``readAll(progress:)``, and `partEmpty` if a pattern fits none.
    public func channels(progress: Progress? = nil) throws(ReadingsError) -> (taken: [Name], others: [Name]) {
        let parts = within != nil && tableNames.count > 1 ? tableNames.map { only($0) } : [self]
        let found = try parts.map { (part) throws(ReadingsError) in try part.decided(progress) }
        let names = found.flatMap(\.names)
        let others = found.flatMap(\.leftOut).filter { $0.reason == ChannelPatterns.leftOut }.map(\.name)
        if let empty = columns.patterns?.empty(among: names).first {
            throw ChannelPatterns([empty]).unfit(names + others, file: files.files.first?.name)
        }
        return (names, others)
    }

    /// The channels, and the columns that are none.
    private func decided(
        _ progress: Progress?
    ) throws(ReadingsError) -> (names: [Name], leftOut: [Columns.LeftOut]) {
        let size = totalSize
        if try UrbanReader.reads(files.files, columns) {
            let reader = UrbanReader(columns, clocks: clocks, bytesTotal: size, progress: progress)
            let decision = try reader.decide(files.files)
            return (decision.channels.all.map(\.name), decision.channels.leftOut)
        } else if try CSVReader.areNEM12(files.files) {
            throw ReadingsError(
                .partEmpty,
                file: files.files.first?.name,
                "the channels of NEM12 are read together; leave --part out"
            )
        } else {
            let reader = CSVReader(columns, clocks: clocks, bytesTotal: size, progress: progress)
            let decision = try reader.decide(files.files).decision
            let names = columns.wide ? decision.layouts.flatMap { $0.values.map(\.name) } : decision.channels
            return (names, decision.layouts.flatMap(\.columns.leftOut))
        }
    }
}
