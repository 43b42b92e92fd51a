#include "Networks.hpp"
#include <torch/optim/adam.h>
#include <torch/serialize.h>
#include <torch/utils.h>

namespace nn = torch::nn;
using torch::Tensor;

namespace {

constexpr int64_t batch_size = 128;
constexpr double learning_rate = 1e-3;
constexpr double steepest_gradient = 1;

Tensor rows_of(const float *rows, int64_t count, const CTorchShape &shape) {
    auto flat = torch::from_blob(const_cast<float *>(rows), {count, shape.width}, torch::kFloat32);
    return shape.slots > 0 ? flat.view({count, shape.slots, shape.slot_width}) : flat;
}

}  // namespace

struct CTorchTrainer {
    CTorchShape shape;
    std::string error, name;
    std::shared_ptr<Network> network;
    std::vector<std::vector<Tensor>> groups;
    std::vector<std::unique_ptr<torch::optim::Adam>> optimizers;
    Tensor rows, weight;
    std::vector<Tensor> best;
};

/// Runs some work; the message of an exception becomes the trainer's error.
template <typename Work> static bool guarded(CTorchTrainer *trainer, Work work) {
    try {
        trainer->error.clear();
        work();
        return true;
    } catch (const c10::Error &error) {
        trainer->error = error.what_without_backtrace();
    } catch (const std::exception &error) {
        trainer->error = error.what();
    } catch (...) {
        trainer->error = "unknown exception";
    }
    return false;
}

static void forget_gradients(CTorchTrainer *trainer) {
    for (auto &parameter : trainer->network->parameters()) parameter.mutable_grad() = Tensor();
}

static void copy_into(std::vector<Tensor> weights, const std::vector<Tensor> &values) {
    torch::NoGradGuard guard;
    TORCH_CHECK(weights.size() == values.size(), "the checkpoint belongs to another network");
    for (size_t index = 0; index < weights.size(); index++) {
        TORCH_CHECK(weights[index].sizes() == values[index].sizes(), "the checkpoint belongs to another network");
        weights[index].copy_(values[index]);
    }
}

extern "C" {

CTorchTrainer *ctorch_create(const CTorchShape *shape) {
    auto trainer = new CTorchTrainer{};
    trainer->shape = *shape;
    guarded(trainer, [&] {
        // One thread, because sums depend on the number of threads, and equal seeds must give equal weights.
        at::set_num_threads(1);
        torch::manual_seed(shape->seed);
        trainer->network = make_network(*shape);
        trainer->groups = trainer->network->parameter_groups();
        for (auto &group : trainer->groups) {
            auto options = torch::optim::AdamOptions(learning_rate);
            if (trainer->groups.size() > 1) options.betas({0.5, 0.999});
            trainer->optimizers.push_back(std::make_unique<torch::optim::Adam>(group, options));
        }
    });
    return trainer;
}

void ctorch_destroy(CTorchTrainer *trainer) { delete trainer; }

const char *ctorch_error(const CTorchTrainer *trainer) { return trainer->error.c_str(); }

bool ctorch_learn_from(CTorchTrainer *trainer, const float *rows, int64_t count) {
    return guarded(trainer, [&] { trainer->rows = rows_of(rows, count, trainer->shape).clone(); });
}

bool ctorch_train_epoch(CTorchTrainer *trainer, int64_t epoch, double *loss) {
    return guarded(trainer, [&] {
        // Depends only on seed and epoch, so that a continued training equals an uninterrupted one.
        torch::manual_seed(trainer->shape.seed * 1'000'003 + epoch);
        trainer->network->train();
        auto count = trainer->rows.size(0);
        auto order = torch::randperm(count);
        double sum = 0;
        for (int64_t start = 0; start < count; start += batch_size) {
            auto batch = trainer->rows.index_select(0, order.slice(0, start, std::min(start + batch_size, count)));
            Tensor last;
            for (size_t group = 0; group < trainer->groups.size(); group++) {
                forget_gradients(trainer);
                last = trainer->network->loss(batch, group);
                last.backward();
                nn::utils::clip_grad_norm_(trainer->groups[group], steepest_gradient);
                trainer->optimizers[group]->step();
            }
            sum += last.item<double>() * batch.size(0);
        }
        *loss = sum / count;
    });
}

bool ctorch_loss(CTorchTrainer *trainer, const float *rows, int64_t count, double *loss) {
    return guarded(trainer, [&] {
        torch::NoGradGuard guard;
        trainer->network->eval();
        double sum = 0;
        auto all = rows_of(rows, count, trainer->shape);
        for (int64_t start = 0; start < count; start += 1024) {
            auto batch = all.slice(0, start, std::min(start + 1024, count));
            sum += torch::mse_loss(trainer->network->restore(batch), batch).item<double>() * batch.size(0);
        }
        *loss = sum / count;
    });
}

bool ctorch_apply(CTorchTrainer *trainer, const float *rows, int64_t count, float *embeddings, float *residuals) {
    return guarded(trainer, [&] {
        torch::NoGradGuard guard;
        trainer->network->eval();
        auto all = rows_of(rows, count, trainer->shape);
        auto embedded = trainer->network->embed(all).contiguous();
        auto residual = trainer->network->residual(all).contiguous();
        std::copy_n(embedded.data_ptr<float>(), embedded.numel(), embeddings);
        std::copy_n(residual.data_ptr<float>(), residual.numel(), residuals);
    });
}

int64_t ctorch_embedding_width(const CTorchTrainer *trainer) {
    return trainer->shape.family == CTORCH_GAN ? trainer->shape.hidden : trainer->shape.dimension;
}

bool ctorch_remember(CTorchTrainer *trainer) {
    return guarded(trainer, [&] {
        trainer->best.clear();
        for (auto &weight : trainer->network->parameters()) trainer->best.push_back(weight.detach().clone());
    });
}

bool ctorch_recall(CTorchTrainer *trainer) {
    return guarded(trainer, [&] { copy_into(trainer->network->parameters(), trainer->best); });
}

bool ctorch_save(CTorchTrainer *trainer, const char *path, const double *state, int64_t count) {
    return guarded(trainer, [&] {
        torch::serialize::OutputArchive archive;
        auto numbers = torch::from_blob(const_cast<double *>(state), {count}, torch::kFloat64).clone();
        archive.write("state", numbers);
        auto weights = trainer->network->parameters();
        for (size_t index = 0; index < weights.size(); index++) {
            archive.write("weight-" + std::to_string(index), weights[index].detach());
            archive.write("best-" + std::to_string(index), trainer->best.at(index));
        }
        for (size_t index = 0; index < trainer->optimizers.size(); index++) {
            torch::serialize::OutputArchive own;
            trainer->optimizers[index]->save(own);
            archive.write("optimizer-" + std::to_string(index), own);
        }
        archive.save_to(path);
    });
}

bool ctorch_load(CTorchTrainer *trainer, const char *path, double *state, int64_t count) {
    return guarded(trainer, [&] {
        torch::serialize::InputArchive archive;
        archive.load_from(path);
        Tensor numbers;
        archive.read("state", numbers);
        TORCH_CHECK(numbers.numel() == count, "the checkpoint belongs to another version");
        std::vector<Tensor> weights, best;
        for (size_t index = 0; index < trainer->network->parameters().size(); index++) {
            Tensor weight, other;
            archive.read("weight-" + std::to_string(index), weight);
            archive.read("best-" + std::to_string(index), other);
            weights.push_back(weight);
            best.push_back(other);
        }
        copy_into(trainer->network->parameters(), weights);
        trainer->best = best;
        for (size_t index = 0; index < trainer->optimizers.size(); index++) {
            torch::serialize::InputArchive own;
            archive.read("optimizer-" + std::to_string(index), own);
            trainer->optimizers[index]->load(own);
        }
        std::copy_n(numbers.contiguous().data_ptr<double>(), count, state);
    });
}

int64_t ctorch_weight_count(const CTorchTrainer *trainer) {
    return static_cast<int64_t>(trainer->network->named_parameters().size());
}

bool ctorch_weight(
    CTorchTrainer *trainer, int64_t index, const char **name, const float **values, int64_t *rows, int64_t *columns
) {
    return guarded(trainer, [&] {
        const auto parameters = trainer->network->named_parameters();
        const auto &item = parameters[static_cast<size_t>(index)];
        trainer->name = item.key();
        trainer->weight = item.value().detach().contiguous();
        *name = trainer->name.c_str();
        *values = trainer->weight.data_ptr<float>();
        *rows = trainer->weight.size(0);
        *columns = trainer->weight.dim() > 1 ? trainer->weight.size(1) : 0;
    });
}

}  // extern "C"
