"""Scores and power spectra of bench/gan.sh, as Markdown with pictures.

spectra.py OUT     OUT/{simulated,real}/{mse,gan}: runs with test images; writes OUT/{simulated,real}-spectrum.png and OUT/simulated-images.png

The power spectrum of a plane is |FFT|^2 under a Hann window, averaged over rings; outputs are first fitted to their targets (least squares, gain and
offset), as for PSNR. Shown is the mean over the test planes of output / target: 1 is a plane as sharp as its target, below 1 a smoother one.
"""
import json
import pathlib
import sys

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

LOSSES = ("mse", "gan")
BANDS = ((0.02, 0.1), (0.1, 0.2), (0.2, 0.35), (0.35, 0.5))


def read(reference, default):
    with h5py.File(reference["file"]) as file:
        return file[reference.get("dataset", default)][...].astype(float)


def spectrum(image):
    height, width = image.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    power = np.abs(np.fft.fft2((image - image.mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    ring = np.minimum((radius * 128).astype(int), 64)
    return np.bincount(ring.ravel(), power.ravel())[:64] / np.bincount(ring.ravel())[:64]


def fitted(image, target):
    slope, offset = np.polyfit(image.ravel(), target.ravel(), 1)
    return slope * image + offset


def score(image, target):
    from skimage.metrics import structural_similarity
    low, high = np.percentile(target, [0.1, 99.9])
    psnr = 10 * np.log10((high - low) ** 2 / ((image - target) ** 2).mean())
    return psnr, structural_similarity(target, image, data_range=high - low, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)


def tests(folder):
    """Outputs exist for the test split alone; a simulated manifest names it by its entries."""
    manifest = json.loads((folder / "mse.json").read_text())
    return [entry for entry in manifest["images"] if (folder / "mse" / "images" / f"{entry.get('id')}.h5").exists()]


def compare(folder):
    ratios, scores, shown = {loss: [] for loss in LOSSES}, {loss: [] for loss in LOSSES}, []
    for entry in tests(folder):
        target = read(entry["target"], "/high")
        outputs = {}
        for loss in LOSSES:
            with h5py.File(folder / loss / "images" / f"{entry['id']}.h5") as file:
                outputs[loss] = fitted(file["sr"][...].astype(float), target)
            ratios[loss].append(spectrum(outputs[loss]) / spectrum(target))
            scores[loss].append(score(outputs[loss], target))
        shown.append((read(entry["input"], "/low"), outputs, target))
    frequency = (np.arange(64) + 0.5) / 128
    figure, axes = plt.subplots(figsize=(6, 3.5))
    for loss in LOSSES:
        axes.semilogy(frequency, np.exp(np.mean(np.log(ratios[loss]), 0)), label=loss)
    axes.axhline(1, color="black", linewidth=0.5)
    axes.set(xlabel="spatial frequency, cycles per pixel", ylabel="power, output / target")
    axes.legend()
    figure.tight_layout()
    figure.savefig(out / f"{folder.name}-spectrum.png", dpi=110)
    print(f"### {folder.name}: {len(shown)} test planes\n")
    print("| loss | PSNR dB | SSIM | " + " | ".join(f"power {low} to {high}" for low, high in BANDS) + " | CPU-minutes |")
    print("|---" * (4 + len(BANDS)) + "|")
    for loss in LOSSES:
        bands = [np.exp(np.mean(np.log(np.array(ratios[loss])[:, (frequency >= low) & (frequency < high)]))) for low, high in BANDS]
        minutes = sum(map(float, (folder / f"{loss}.cpu").read_text().split())) / 60
        psnr, ssim = np.mean(scores[loss], 0)
        print(f"| {loss} | {psnr:.2f} | {ssim:.4f} | " + " | ".join(f"{band:.2f}" for band in bands) + f" | {minutes:.1f} |")
    print()
    return shown


out = pathlib.Path(sys.argv[1])
for name in ("simulated", "real"):
    if (out / name / "gan" / "model.safetensors").exists():
        planes = compare(out / name)
        if name == "simulated":
            figure, rows = plt.subplots(3, 4, figsize=(9, 7))
            for row, (low, outputs, target) in zip(rows, planes[:: max(1, len(planes) // 3)]):
                scale = target.shape[0] // low.shape[0]
                start = (target.shape[0] // 2 - 64) // scale * scale
                crop = np.s_[start:start + 128, start:start + 128]
                bottom, top = np.percentile(target[crop], [0.5, 99.8])
                small = np.s_[start // scale:(start + 128) // scale, start // scale:(start + 128) // scale]
                for axes, image, title in zip(row, (fitted(np.kron(low, np.ones((scale, scale))), target)[crop], outputs["mse"][crop], outputs["gan"][crop], target[crop]), ("input", "mse", "gan", "target")):
                    axes.imshow(image, cmap="gray", vmin=bottom, vmax=top, interpolation="nearest")
                    axes.set_axis_off()
                    axes.set_title(title, fontsize=9)
            figure.tight_layout()
            figure.savefig(out / "simulated-images.png", dpi=110)
