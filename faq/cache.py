"""Arrays kept on disk between two starts. A cache that cannot be read or written is done without."""

import os
import threading
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name; empty when there is none that can be read."""
    try:
        with np.load(path) as stored:
            return dict(stored)
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write_arrays(path: Path, arrays: dict[str, NDArray[Any]]) -> bool:
    """Keep arrays in a file, whole or not at all; whether that could be done."""
    aside = path.with_name(f"{path.stem}-{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        return False
    return True
