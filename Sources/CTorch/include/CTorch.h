#pragma once
#include <stdbool.h>
#include <stdint.h>

// Trains the neural encoders on libtorch, behind C: no C++ exception passes through. A function that can fail
// returns whether it succeeded; ctorch_error says what was wrong.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { CTORCH_AUTOENCODER, CTORCH_LSTM, CTORCH_GAN } CTorchFamily;

/// The network, and the rows that it reads.
typedef struct {
    CTorchFamily family;
    /// Numbers per row: features, or slots times slot_width.
    int64_t width;
    /// Steps of a sequence and numbers per step; both 0 for the dense autoencoder.
    int64_t slots, slot_width;
    /// The length of the bottleneck.
    int64_t dimension;
    /// Width of the hidden layer.
    int64_t hidden;
    int64_t seed;
} CTorchShape;

typedef struct CTorchTrainer CTorchTrainer;

/// NULL only without memory; for other failures see ctorch_error. Weights are drawn from the seed.
CTorchTrainer *ctorch_create(const CTorchShape *shape);
void ctorch_destroy(CTorchTrainer *trainer);
/// The last failure in a sentence; empty where there was none. Valid as long as the trainer.
const char *ctorch_error(const CTorchTrainer *trainer);

/// Copies the rows to learn from: standardised, row-major.
bool ctorch_learn_from(CTorchTrainer *trainer, const float *rows, int64_t count);
/// Learns from all rows once, in an order drawn from seed and epoch.
bool ctorch_train_epoch(CTorchTrainer *trainer, int64_t epoch, double *loss);
/// The mean squared error of the reconstruction of other rows.
bool ctorch_loss(CTorchTrainer *trainer, const float *rows, int64_t count, double *loss);
/// Embeddings (count times ctorch_embedding_width) and residuals (count) of rows.
bool ctorch_apply(CTorchTrainer *trainer, const float *rows, int64_t count, float *embeddings, float *residuals);
int64_t ctorch_embedding_width(const CTorchTrainer *trainer);

/// Remembers the weights as the best so far; ctorch_recall makes them current again.
bool ctorch_remember(CTorchTrainer *trainer);
bool ctorch_recall(CTorchTrainer *trainer);

/// Writes and reads everything that is needed to continue, with some numbers of the caller.
bool ctorch_save(CTorchTrainer *trainer, const char *path, const double *state, int64_t count);
bool ctorch_load(CTorchTrainer *trainer, const char *path, double *state, int64_t count);

/// The weights, by the names of PyTorch's state_dict. The pointers are valid until the next call.
int64_t ctorch_weight_count(const CTorchTrainer *trainer);
bool ctorch_weight(
    CTorchTrainer *trainer, int64_t index, const char **name, const float **values, int64_t *rows, int64_t *columns
);

#ifdef __cplusplus
}
#endif
