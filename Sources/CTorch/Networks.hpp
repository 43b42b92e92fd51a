#pragma once
#include "CTorch.h"
#include <memory>
#include <torch/nn.h>

/// A network in training. Its submodules have the names of the weights in docs/encoders.md.
struct Network : torch::nn::Module {
    /// The embeddings of rows.
    virtual torch::Tensor embed(torch::Tensor rows) = 0;
    /// The network's reconstructions of rows.
    virtual torch::Tensor restore(torch::Tensor rows) = 0;
    /// The distance of each row from its reconstruction.
    virtual torch::Tensor residual(torch::Tensor rows) = 0;
    /// The loss of a batch for one of parameter_groups(). For each group in order, the optimiser then makes a step.
    virtual torch::Tensor loss(torch::Tensor rows, size_t group) = 0;
    virtual std::vector<std::vector<torch::Tensor>> parameter_groups() = 0;
};

std::shared_ptr<Network> make_network(const CTorchShape &shape);
