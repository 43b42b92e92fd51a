internal import Detection
internal import Encoder
internal import Windows

extension IndexTrainer {
    /// What every candidate starts from.
    struct Material: Sendable {
        let components: [PrincipalComponents]
        let table: WindowTable
        let profiles: [MeterProfile?]
        let blocks: [LaterBlock]
        let fusion: Fusion
        let forests: ForestChain
        let networks: [EncoderFamily: OwnEncoder]
        let doubtful: DoubtfulWindows

        /// The rows of windows that are taken for normal.
        var normals: [Int] {
            let left = Set(doubtful.rows)
            return (0..<table.count).filter { !table.anomalous[$0] && !left.contains($0) }
        }
    }
}
