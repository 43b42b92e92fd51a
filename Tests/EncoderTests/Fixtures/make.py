"""Writes the fixtures in this folder with PyTorch: weights, windows, and PyTorch's results for them.

    python3 -m venv venv && venv/bin/pip install torch numpy safetensors
    venv/bin/python Tests/EncoderTests/Fixtures/make.py
"""

import os

import torch
from safetensors.torch import save_file
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
FEATURES, SLOTS, WIDTH, HIDDEN, DIMENSION, ROWS = 6, 7, 2, 5, 3, 20


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, DIMENSION))
        self.decoder = nn.Sequential(nn.Linear(DIMENSION, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, FEATURES))

    def embed(self, x):
        return self.encoder(x)

    def residual(self, x):
        return (x - self.decoder(self.encoder(x))).pow(2).mean(1).sqrt()


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(WIDTH, HIDDEN, batch_first=True)
        self.embedding = nn.Linear(HIDDEN, DIMENSION)
        self.decoder = nn.LSTM(DIMENSION, HIDDEN, batch_first=True)
        self.output = nn.Linear(HIDDEN, WIDTH)

    def embed(self, x):
        return self.embedding(self.encoder(x)[1][0][0])

    def restore(self, x):
        latent = LSTM.embed(self, x)[:, None].expand(-1, SLOTS, -1)
        return self.output(self.decoder(latent)[0])

    def residual(self, x):
        return (x - self.restore(x)).pow(2).flatten(1).mean(1).sqrt()


class GAN(LSTM):
    def __init__(self):
        super().__init__()
        self.discriminator = nn.LSTM(WIDTH, HIDDEN, batch_first=True)
        self.decision = nn.Linear(HIDDEN, 1)

    def embed(self, x):
        return self.discriminator(x)[1][0][0]

    def residual(self, x):
        restored = self.restore(x)
        features = (self.embed(x) - self.embed(restored)).abs().mean(1)
        return 0.9 * (x - restored).abs().flatten(1).mean(1) + 0.1 * features


torch.manual_seed(7)
for name, network in (("autoencoder", Autoencoder()), ("lstm", LSTM()), ("gan", GAN())):
    width = FEATURES if name == "autoencoder" else WIDTH
    mean, inverse = torch.randn(width), torch.rand(width) + 0.5
    windows = 2 * torch.randn(ROWS, FEATURES + SLOTS * WIDTH)
    used = windows[:, :FEATURES] if name == "autoencoder" else windows[:, FEATURES:].view(ROWS, SLOTS, WIDTH)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.6)
    with torch.no_grad():
        scaled = ((used - mean) * inverse).clamp(-6, 6)
        tensors = {
            **network.state_dict(), "mean": mean, "inverse_deviation": inverse, "windows": windows,
            "expected/embeddings": network.embed(scaled), "expected/residuals": network.residual(scaled),
        }  # fmt: skip
    save_file({key: value.contiguous() for key, value in tensors.items()}, f"{HERE}/{name}.safetensors")
