public import Readings

/// A description of an index for its clients: its encoder, the readings it expects, and what it holds.
public struct IndexDescription: Equatable, Sendable {
    /// The encoder of the generation that answers.
    public struct Encoder: Equatable, Sendable {
        /// The encoder's name.
        public let name: String
        /// The length of its embeddings.
        public let dimension: Int

        /// An encoder by name.
        public init(name: String, dimension: Int) {
            self.name = name
            self.dimension = dimension
        }
    }

    /// The properties that a stream of readings must have to be judged.
    public struct Streams: Equatable, Sendable {
        /// The names of the channels, in the order of the values.
        public let channels: [Name]
        /// Those of them that are registers: a reading has what the register shows, and is judged by the
        /// difference to the one before.
        public let registers: [Name]
        /// Those of them that are states: a reading has one of the words.
        public let states: [State]
        /// The typical number of seconds between two readings.
        public let interval: Int
        /// How many readings a new meter needs before it is judged.
        public let warmUp: Int
        /// How many seconds the second look waits; nil if the index has none.
        public let secondLook: Int?
        /// The time zone of times without an offset; nil if the index was built without one, which means UTC.
        public let timezone: String?
        /// The time zones of meters that have another one, in order.
        public let zones: [String]

        /// The properties of an index's streams.
        public init(
            channels: [Name],
            registers: [Name] = [],
            states: [State] = [],
            interval: Int,
            warmUp: Int,
            secondLook: Int?,
            timezone: String? = nil,
            zones: [String] = []
        ) {
            self.channels = channels
            self.registers = registers
            self.states = states
            self.interval = interval
            self.warmUp = warmUp
            self.secondLook = secondLook
            self.timezone = timezone
            self.zones = zones
        }
    }

    /// The sizes of the two banks, in windows.
    public struct Banks: Equatable, Sendable {
        /// Known normal windows.
        public let normal: Int
        /// Known anomalous windows.
        public let anomalous: Int

        /// The sizes of two banks.
        public init(normal: Int, anomalous: Int) {
            self.normal = normal
            self.anomalous = anomalous
        }
    }

    /// The readings and labels that are held.
    public struct Holdings: Equatable, Sendable {
        /// How many meters there are readings of.
        public let meters: Int
        /// How many labels were given since the index was made, in all generations.
        public let labels: Int
        /// The time of the first reading; nil if there is none.
        public let from: Timestamp?
        /// The time of the last reading; nil if there is none.
        public let until: Timestamp?

        /// Numbers of readings and labels.
        public init(meters: Int, labels: Int, from: Timestamp?, until: Timestamp?) {
            self.meters = meters
            self.labels = labels
            self.from = from
            self.until = until
        }
    }

    /// The index's name.
    public let name: String
    /// The number of the generation that answers.
    public let generation: Int
    /// Its encoder.
    public let encoder: Encoder
    /// The properties that streams must have.
    public let streams: Streams
    /// The sizes of its banks.
    public let banks: Banks
    /// The readings and labels that it holds.
    public let holdings: Holdings

    /// A description from its parts.
    public init(
        name: String,
        generation: Int,
        encoder: Encoder,
        streams: Streams,
        banks: Banks,
        holdings: Holdings
    ) {
        self.name = name
        self.generation = generation
        self.encoder = encoder
        self.streams = streams
        self.banks = banks
        self.holdings = holdings
    }
}
