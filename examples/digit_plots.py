"""The two pictures that a run of `train_digits.py` logs. They are drawn for a width of 360 pixels, at twice that resolution."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # Draws without a screen.
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

SIDE_INCHES, DOTS_PER_INCH = 4.5, 160
INK = "#1f2937"
plt.rcParams.update({"font.size": 10.5, "axes.titlesize": 11.5, "figure.titlesize": 11.5})
plt.rcParams.update({"text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK})


def draw_confusion_matrix(counts: np.ndarray, labels: list[str], path: Path) -> None:
    """Counts of test images by true label (rows) and predicted label (columns)."""
    figure, axes = plt.subplots(figsize=(SIDE_INCHES, SIDE_INCHES), layout="constrained")
    # Colours follow the square root, so that a single mistake can be told from none.
    axes.imshow(np.sqrt(counts), cmap="Blues", vmin=0)
    middle = np.sqrt(counts.max()) / 2
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if np.sqrt(count) > middle else INK
            axes.text(column, row, count, ha="center", va="center", color=color, fontweight="normal" if row == column else "bold")
    axes.set(xticks=range(len(labels)), yticks=range(len(labels)), xticklabels=labels, yticklabels=labels)
    axes.set(xlabel="predicted", ylabel="true", title=f"{np.trace(counts)} of {counts.sum()} test images right")
    axes.spines[:].set_visible(False)
    # White lines between the cells.
    axes.set_xticks(np.arange(len(labels) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(labels) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    save(figure, path)


def draw_mistakes(images: np.ndarray, labels: np.ndarray, answers: np.ndarray, path: Path, limit: int = 12) -> None:
    """The first images that were read wrongly, four in a row, each with its true and its predicted label."""
    wrong = np.flatnonzero(labels != answers)
    shown = wrong[:limit]
    row_count = max(1, -(-len(shown) // 4))
    figure, grid = plt.subplots(row_count, 4, figsize=(SIDE_INCHES, 0.45 + 1.35 * row_count), layout="constrained")
    figure.suptitle(f"{len(shown)} of {len(wrong)} mistakes" if len(wrong) > limit else f"{len(wrong)} mistakes")
    for axes in grid.flat:
        axes.axis("off")
    for axes, index in zip(grid.flat, shown, strict=False):
        axes.imshow(images[index].reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
        axes.set_title(f"{labels[index]} read as {answers[index]}", fontsize=9.5)
    save(figure, path)


def save(figure: plt.Figure, path: Path) -> None:
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
    # Without metadata the same picture has the same digest.
    figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})
    plt.close(figure)
    # 64 colours look the same and make the file a third as large.
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(64).save(path, optimize=True)
