import Encoder
import TestSupport
import Testing

@Suite struct NetworkEncoderTests {
    @Test(arguments: Fixture.families) func embedsAsPyTorchDoes(family: EncoderFamily) throws {
        let fixture = try Fixture(family)
        try #require(fixture.count == 20)
        let embeddings = try fixture.encoder().encode(fixture.windows, width: Fixture.shape.count)
        #expect(embeddings.count == fixture.embeddings.count)
        for (ours, theirs) in zip(embeddings, fixture.embeddings) {
            // The encoder clips extreme values after the network.
            let clipped = min(max(theirs, -Standardisation.cut), Standardisation.cut)
            #expect(abs(ours - clipped) < 1e-5)
        }
    }

    @Test(arguments: Fixture.families) func hasTheResidualsOfPyTorch(family: EncoderFamily) throws {
        let fixture = try Fixture(family)
        let residuals = try fixture.encoder().residuals(of: fixture.windows, width: Fixture.shape.count)
        let ours = try #require(residuals)
        #expect(ours.count == fixture.count)
        for (ours, theirs) in zip(ours, fixture.residuals) { #expect(abs(ours - theirs) < 1e-5) }
    }

    @Test(arguments: Fixture.families) func embedsAloneAsInABatchToTheBit(family: EncoderFamily) throws {
        let fixture = try Fixture(family)
        let encoder = try fixture.projected()
        let width = Fixture.shape.count
        let batch = encoder.encode(fixture.windows, width: width)
        // The alignment in memory must not change a bit either.
        for (row, offset) in zip(0..<fixture.count, [0, 1, 2, 3, 5, 7, 11, 13].repeated(to: fixture.count)) {
            let padded =
                [Float](repeating: 0, count: offset) + fixture.windows[row * width..<(row + 1) * width]
            let alone = [Float](unsafeUninitializedCapacity: encoder.dimension) { output, count in
                output.initialize(repeating: 0)
                padded.withUnsafeBufferPointer { input in
                    let own = input[offset..<offset + encoder.inputCount]
                    encoder.encode(UnsafeBufferPointer(rebasing: own), into: output)
                }
                count = encoder.dimension
            }
            #expect(alone.bits == batch[row * encoder.dimension..<(row + 1) * encoder.dimension].bits)
        }
    }

    @Test(arguments: Fixture.families) func isRestoredFromItsTensors(family: EncoderFamily) throws {
        let fixture = try Fixture(family)
        let encoder = try fixture.projected()
        let bytes = try encoder.tensors.encoded()
        let restored = try NetworkEncoder(family, Safetensors(decoding: bytes), shape: Fixture.shape)
        let width = Fixture.shape.count
        #expect(
            restored.encode(fixture.windows, width: width).bits
                == encoder.encode(fixture.windows, width: width).bits
        )
        #expect(try restored.tensors.encoded() == bytes)
    }

    @Test(arguments: Fixture.families) func embedsUnknownAndExtremeValues(family: EncoderFamily) throws {
        let encoder = try Fixture(family).projected()
        for value in [Float.nan, .infinity, 1e30, -1e30] {
            let embedding = encoder.encode(
                [Float](repeating: value, count: Fixture.shape.count),
                width: Fixture.shape.count
            )
            #expect(embedding.allSatisfy { $0.isFinite })
        }
    }

    /// The directions of an embedding are uncorrelated.
    @Test(arguments: Fixture.families) func projectsOntoComponents(family: EncoderFamily) throws {
        let fixture = try Fixture(family)
        let encoder = try fixture.projected()
        let embeddings = encoder.encode(fixture.windows, width: Fixture.shape.count)
        let dimension = encoder.dimension
        for one in 0..<dimension {
            for other in 0..<one {
                let sum = (0..<fixture.count).reduce(0.0) {
                    $0 + Double(embeddings[$1 * dimension + one]) * Double(embeddings[$1 * dimension + other])
                }
                #expect(abs(sum) / Double(fixture.count) < 1e-3)
            }
        }
    }

    @Test func refusesWeightsOfOtherShapes() throws {
        let fixture = try Fixture(.lstm)
        let wider = WindowShape(featureCount: 6, slots: 7, slotWidth: 4)
        #expect(throws: EncoderError.self) {
            try NetworkEncoder(.lstm, trained: fixture.tensors, shape: wider, projectedOn: [])
        }
        let without = WindowShape(featureCount: 6, slots: 0, slotWidth: 2)
        #expect(throws: EncoderError.self) {
            try NetworkEncoder(.lstm, trained: fixture.tensors, shape: without, projectedOn: [])
        }
        let dense = try Fixture(.autoencoder).tensors
        let fewer = WindowShape(featureCount: 5, slots: 7, slotWidth: 2)
        #expect(throws: EncoderError.self) {
            try NetworkEncoder(.autoencoder, trained: dense, shape: fewer, projectedOn: [])
        }
        #expect(throws: EncoderError.self) {
            try NetworkEncoder(
                .gan,
                trained: fixture.tensors,
                shape: Fixture.shape,
                projectedOn: fixture.windows
            )
        }
    }

    @Test(arguments: ["encoder.weight_hh_l0", "embedding.bias", "mean", "output.weight"])
    func namesTheTensorThatIsMissingOrMisshapen(name: String) throws {
        let fixture = try Fixture(.lstm)
        var missing = fixture.tensors
        missing.tensors[name] = nil
        var misshapen = fixture.tensors
        misshapen.tensors[name] = .init(shape: [1], values: [0])
        for tensors in [missing, misshapen] {
            let error = #expect(throws: EncoderError.self) {
                try NetworkEncoder(
                    .lstm,
                    trained: tensors,
                    shape: Fixture.shape,
                    projectedOn: fixture.windows
                )
            }
            #expect(error?.code == .badWeights && error?.message.contains("`\(name)`") == true)
        }
    }

    @Test func needsNoDecoder() throws {
        let fixture = try Fixture(.lstm)
        let tensors = Safetensors(fixture.tensors.tensors.filter { !$0.key.hasPrefix("decoder") })
        let encoder = try NetworkEncoder(
            .lstm,
            trained: tensors,
            shape: Fixture.shape,
            projectedOn: fixture.windows
        )
        #expect(encoder.residuals(of: fixture.windows, width: Fixture.shape.count) == nil)
    }

    @Test func refusesWeightsThatOverflow() throws {
        let fixture = try Fixture(.autoencoder)
        var tensors = fixture.tensors
        let weight = try #require(tensors.tensors["encoder.2.weight"])
        let huge = weight.values.map { $0 * 3e38 }.map { min(max($0, -3e38), 3e38) }
        tensors.tensors["encoder.2.weight"] = .init(shape: weight.shape, values: huge)
        let error = #expect(throws: EncoderError.self) {
            try NetworkEncoder(
                .autoencoder,
                trained: tensors,
                shape: Fixture.shape,
                projectedOn: fixture.windows
            )
        }
        #expect(error?.message.contains("not finite") == true)
    }
}

extension [Int] {
    /// The numbers, repeated up to a length.
    fileprivate func repeated(to length: Int) -> [Int] { (0..<length).map { self[$0 % count] } }
}
