#pragma once
#include "CTorch.h"
#include <memory>
#include <torch/nn.h>

/// A network to be trained, with submodules named as docs/encoders.md names the weights.
struct Network : torch::nn::Module {
    /// The embeddings of rows.
    virtual torch::Tensor embed(torch::Tensor rows) = 0;
    /// Rows as the network restores them.
    virtual torch::Tensor restore(torch::Tensor rows) = 0;
    /// How far each row lies from what is restored of it.
    virtual torch::Tensor residual(torch::Tensor rows) = 0;
    /// The losses of one batch, one for each of parameter_groups(), in order: each is followed by a step of its group.
    virtual torch::Tensor loss(torch::Tensor rows, size_t group) = 0;
    virtual std::vector<std::vector<torch::Tensor>> parameter_groups() = 0;
};

std::shared_ptr<Network> make_network(const CTorchShape &shape);
