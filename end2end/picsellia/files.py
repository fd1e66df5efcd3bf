"""Files to store, and how they are compared."""

import hashlib
import os
from pathlib import Path

# The size from which on the SDK sends parts, and the size of each part but the last, in bytes.
PART_BYTES = 25 << 20


def file_of(folder: Path, name: str, content: bytes | int) -> Path:
    """A file with these bytes, or with so many bytes by chance."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(os.urandom(content) if isinstance(content, int) else content)
    return path


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def downloaded(stored: object, folder: Path) -> Path:
    """What the SDK downloads of an artifact, a model file or a logging file."""
    stored.download(str(folder), force_replace=True)
    return folder / stored.filename
