extension Manifest {
    /// A bank's size and how it is searched.
    public struct BankSummary: Codable, Equatable, Sendable {
        /// How many windows it holds.
        public var rows: Int
        /// `flat` or `ivf`.
        public var index: String
        /// How many lists, for `ivf`.
        public var lists: Int?
        /// How many lists a search looks into, for `ivf`.
        public var probes: Int?
        /// The share of true neighbours found with these probes, on windows of the index itself.
        public var recall: Double?
        /// How many unlabelled windows were too strange to be kept; nil where none was.
        public var leftOut: Int?

        /// A summary of these figures.
        package init(
            rows: Int,
            index: String,
            lists: Int? = nil,
            probes: Int? = nil,
            recall: Double? = nil,
            leftOut: Int? = nil
        ) {
            self.rows = rows
            self.index = index
            self.lists = lists
            self.probes = probes
            self.recall = recall
            self.leftOut = leftOut
        }
    }

    /// What judges a reading again once the next readings have come.
    public struct SecondLook: Codable, Equatable, Sendable {
        /// How long after a reading it judges, in milliseconds.
        public var following: Int64
        /// The encoder's name.
        public var encoder: String
        /// Length of an embedding.
        public var dimension: Int
        /// The bank of normal windows.
        public var normal: BankSummary
        /// The bank of anomalous windows.
        public var anomalous: BankSummary
        /// How well it did on later blocks of the history.
        public var validation: ValidationSummary?

        /// A summary of these figures.
        package init(
            following: Int64,
            encoder: String,
            dimension: Int,
            normal: BankSummary,
            anomalous: BankSummary,
            validation: ValidationSummary? = nil
        ) {
            self.following = following
            self.encoder = encoder
            self.dimension = dimension
            self.normal = normal
            self.anomalous = anomalous
            self.validation = validation
        }
    }

    /// How the normal bank was condensed, and what that cost.
    public struct CondensingSummary: Codable, Equatable, Sendable {
        /// The size that was asked for, such as `0.1` or `64MB`.
        public var asked: String
        /// How many normal windows there are without condensing.
        public var rowsBefore: Int
        /// ROC-AUC on the later blocks without; nil without both classes.
        public var rocAUCBefore: Double?
        /// Average precision on the later blocks without; nil without both classes.
        public var averagePrecisionBefore: Double?

        /// A summary of these figures.
        package init(
            asked: String,
            rowsBefore: Int,
            rocAUCBefore: Double? = nil,
            averagePrecisionBefore: Double? = nil
        ) {
            self.asked = asked
            self.rowsBefore = rowsBefore
            self.rocAUCBefore = rocAUCBefore
            self.averagePrecisionBefore = averagePrecisionBefore
        }
    }

    /// The part of the manifest that is needed to open a detector.
    struct DetectorSummary: Sendable {
        /// Length of an embedding.
        var dimension: Int
        /// Whether enough incidents were labelled to grow a forest.
        var hasForest: Bool
        /// The bank of normal windows.
        var normal: BankSummary
        /// The bank of anomalous windows.
        var anomalous: BankSummary
    }

    /// What is needed to open the detector of readings as they come.
    var detectorSummary: DetectorSummary {
        DetectorSummary(
            dimension: dimension,
            hasForest: files[GenerationFile.forest] != nil,
            normal: normal,
            anomalous: anomalous
        )
    }

    /// What is needed to open the second look's detector; nil where there is none.
    var secondLookSummary: DetectorSummary? {
        secondLook.map { second in
            DetectorSummary(
                dimension: second.dimension,
                hasForest: files[GenerationFile.second + "/" + GenerationFile.forest] != nil,
                normal: second.normal,
                anomalous: second.anomalous
            )
        }
    }
}

/// How well an index did on later blocks of its own history, each judged by what came before it. The
/// encoder's settings were chosen on the same blocks, and the alarm line was set by them: only data that came
/// later still can show how many false alarms it raises.
public struct ValidationSummary: Codable, Equatable, Sendable {
    /// How many windows were judged.
    public var windows: Int
    /// How many of them were labelled anomalous.
    public var anomalous: Int
    /// The chance that an anomalous window scores above a normal one; nil without both.
    public var rocAUC: Double?
    /// Average precision; nil without both.
    public var averagePrecision: Double?
    /// The encoders that were tried, with what each reached.
    public var tried: [Trial]

    /// A summary of these figures.
    package init(
        windows: Int,
        anomalous: Int,
        rocAUC: Double? = nil,
        averagePrecision: Double? = nil,
        tried: [Trial]
    ) {
        self.windows = windows
        self.anomalous = anomalous
        self.rocAUC = rocAUC
        self.averagePrecision = averagePrecision
        self.tried = tried
    }

    /// One candidate for the encoder, and what it reached.
    public struct Trial: Codable, Equatable, Sendable {
        /// A description of the candidate.
        public var candidate: String
        /// Mean of ROC-AUC and average precision.
        public var quality: Double
        /// Whether it was chosen.
        public var chosen: Bool

        /// A summary of these figures.
        package init(
            candidate: String,
            quality: Double,
            chosen: Bool
        ) {
            self.candidate = candidate
            self.quality = quality
            self.chosen = chosen
        }
    }
}
