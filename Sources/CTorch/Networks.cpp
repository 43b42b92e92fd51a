#include "Networks.hpp"
#include <stdexcept>

namespace nn = torch::nn;
using torch::Tensor;

namespace {

nn::LSTM lstm(int64_t input, int64_t hidden) {
    return nn::LSTM(nn::LSTMOptions(input, hidden).batch_first(true));
}

/// The hidden state after the last step.
Tensor last_state(nn::LSTM &layer, Tensor rows) {
    return std::get<0>(std::get<1>(layer->forward(rows))).squeeze(0);
}

Tensor root_mean_square(Tensor difference) { return difference.flatten(1).pow(2).mean(1).sqrt(); }

struct DenseAutoencoder : Network {
    nn::Sequential encoder, decoder;

    explicit DenseAutoencoder(const CTorchShape &shape)
        : encoder(nn::Linear(shape.width, shape.hidden), nn::ReLU(), nn::Linear(shape.hidden, shape.dimension)),
          decoder(nn::Linear(shape.dimension, shape.hidden), nn::ReLU(), nn::Linear(shape.hidden, shape.width)) {
        register_module("encoder", encoder);
        register_module("decoder", decoder);
    }

    Tensor embed(Tensor rows) override { return encoder->forward(rows); }
    Tensor restore(Tensor rows) override { return decoder->forward(embed(rows)); }
    Tensor residual(Tensor rows) override { return root_mean_square(rows - restore(rows)); }
    Tensor loss(Tensor rows, size_t) override { return torch::mse_loss(restore(rows), rows); }
    std::vector<std::vector<Tensor>> parameter_groups() override { return {parameters()}; }
};

struct LSTMAutoencoder : Network {
    nn::LSTM encoder, decoder;
    nn::Linear embedding, output;
    int64_t slots;

    explicit LSTMAutoencoder(const CTorchShape &shape)
        : encoder(lstm(shape.slot_width, shape.hidden)), decoder(lstm(shape.dimension, shape.hidden)),
          embedding(shape.hidden, shape.dimension), output(shape.hidden, shape.slot_width), slots(shape.slots) {
        register_module("encoder", encoder);
        register_module("embedding", embedding);
        register_module("decoder", decoder);
        register_module("output", output);
    }

    Tensor embed(Tensor rows) override { return embedding->forward(last_state(encoder, rows)); }
    Tensor unroll(Tensor latent) {
        auto repeated = latent.unsqueeze(1).expand({latent.size(0), slots, latent.size(1)});
        return output->forward(std::get<0>(decoder->forward(repeated)));
    }
    Tensor restore(Tensor rows) override { return unroll(LSTMAutoencoder::embed(rows)); }
    Tensor residual(Tensor rows) override { return root_mean_square(rows - restore(rows)); }
    Tensor loss(Tensor rows, size_t) override { return torch::mse_loss(restore(rows), rows); }
    std::vector<std::vector<Tensor>> parameter_groups() override { return {parameters()}; }
};

/// The generator is the autoencoder's decoder. The encoder learns to compute a window's latent point.
struct Adversarial : LSTMAutoencoder {
    nn::LSTM discriminator;
    nn::Linear decision;
    int64_t dimension;

    explicit Adversarial(const CTorchShape &shape)
        : LSTMAutoencoder(shape), discriminator(lstm(shape.slot_width, shape.hidden)), decision(shape.hidden, 1),
          dimension(shape.dimension) {
        register_module("discriminator", discriminator);
        register_module("decision", decision);
    }

    Tensor embed(Tensor rows) override { return last_state(discriminator, rows); }
    Tensor generate(int64_t count) { return unroll(torch::randn({count, dimension})); }
    Tensor verdict(Tensor rows) { return decision->forward(last_state(discriminator, rows)); }

    /// 0.9 times the residual loss plus 0.1 times the feature loss, as in TAnoGAN.
    Tensor residual(Tensor rows) override {
        auto restored = restore(rows);
        auto feature_loss = (embed(rows) - embed(restored)).abs().mean(1);
        return 0.9 * (rows - restored).abs().flatten(1).mean(1) + 0.1 * feature_loss;
    }

    Tensor loss(Tensor rows, size_t group) override {
        auto generated = generate(rows.size(0));
        auto yes = torch::ones({rows.size(0), 1}), no = torch::zeros({rows.size(0), 1});
        namespace F = torch::nn::functional;
        if (group == 0) {
            return F::binary_cross_entropy_with_logits(verdict(rows), yes)
                + F::binary_cross_entropy_with_logits(verdict(generated.detach()), no);
        }
        auto restored = restore(rows);
        return torch::mse_loss(restored, rows) + 0.1 * torch::mse_loss(embed(restored), embed(rows).detach())
            + 0.1 * F::binary_cross_entropy_with_logits(verdict(generated), yes);
    }

    std::vector<std::vector<Tensor>> parameter_groups() override {
        std::vector<Tensor> judging, making;
        for (const auto &item : named_parameters()) {
            const auto &name = item.key();
            bool judges = name.rfind("discriminator", 0) == 0 || name.rfind("decision", 0) == 0;
            (judges ? judging : making).push_back(item.value());
        }
        return {judging, making};
    }
};

}  // namespace

std::shared_ptr<Network> make_network(const CTorchShape &shape) {
    switch (shape.family) {
    case CTORCH_AUTOENCODER: return std::make_shared<DenseAutoencoder>(shape);
    case CTORCH_LSTM: return std::make_shared<LSTMAutoencoder>(shape);
    case CTORCH_GAN: return std::make_shared<Adversarial>(shape);
    }
    throw std::invalid_argument("unknown family of networks");
}
