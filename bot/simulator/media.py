"""Temporary media: uploaded by the account or sent by people, kept for three days, then 40007.

Limits from WeChat's page uploadTempMedia. Samples are made here, so that a phone without a camera
can send a picture and a voice.
"""

import functools
import json
import secrets
import struct
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.simulator.faults import ApiFault

KEPT = timedelta(days=3)
MAX_BYTES = {
    "image": 10 * 1024 * 1024,
    "voice": 2 * 1024 * 1024,
    "video": 10 * 1024 * 1024,
    "thumb": 64 * 1024,
    "file": 20 * 1024 * 1024,
}
MEDIA_KINDS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]"}  # and how a chat tells them in words
UPLOADABLE = ("image", "voice", "video", "thumb")
CONTENT_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}


@dataclass(frozen=True)
class Media:
    """What is known of a file beside its bytes. `kind`: image, voice, video, thumb or file."""

    media_id: str
    kind: str
    content_type: str
    filename: str
    created_at: datetime


class MediaStore:
    """Files in a folder, each with a small JSON file beside it, so that a restart forgets nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, kind: str, filename: str, body: bytes, now: datetime) -> Media:
        """Keep a file. Raises ApiFault 40005 (kind or ending), 44001 (empty) or 45001 (too big)."""
        ending = filename.rsplit(".", 1)[-1].lower()
        if kind not in MAX_BYTES or (kind != "file" and ending not in CONTENT_TYPES):
            raise ApiFault(40005)
        if not body:
            raise ApiFault(44001)
        if len(body) > MAX_BYTES[kind]:
            raise ApiFault(45001)
        content_type = CONTENT_TYPES.get(ending, "application/octet-stream")
        media = Media(secrets.token_urlsafe(48), kind, content_type, Path(filename).name, now)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / media.media_id).write_bytes(body)
        about = {**asdict(media), "created_at": now.astimezone(UTC).isoformat()}
        (self._folder / f"{media.media_id}.json").write_text(json.dumps(about), "utf-8")
        return media

    def about(self, media_id: str, now: datetime) -> Media:
        """What is known of a file. Raises ApiFault 40007 when there is none, or it is older than three days."""
        path = self._folder / f"{media_id}.json"
        if not media_id or Path(media_id).name != media_id or not path.is_file():
            raise ApiFault(40007)
        about = json.loads(path.read_text("utf-8"))
        media = Media(**{**about, "created_at": datetime.fromisoformat(about["created_at"])})
        if now - media.created_at >= KEPT:
            raise ApiFault(40007)
        return media

    def read(self, media_id: str, now: datetime) -> tuple[Media, bytes]:
        """A file with its bytes. Raises ApiFault 40007 like `about`."""
        media = self.about(media_id, now)
        return media, (self._folder / media.media_id).read_bytes()

    def has(self, media_id: str, now: datetime) -> bool:
        """Whether the file is there and not too old."""
        try:
            self.about(media_id, now)
        except ApiFault:
            return False
        return True


@functools.lru_cache(maxsize=16)
def sample_png(seed: int = 0, size: int = 180) -> bytes:
    """A small picture: a street lamp at dusk; `seed` gives it another hue, so that two samples differ."""
    sky = (38 + seed * 37 % 90, 52 + seed * 53 % 60, 96 + seed * 29 % 80)
    thick = size * 0.012
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter on this row
        dusk = bytes(min(255, int(part * (1.0 + 0.6 * y / size))) for part in sky)
        for x in range(size):
            is_pole = abs(x - size * 0.3) < thick and y > size * 0.24
            is_arm = abs(y - size * 0.24) < thick and size * 0.3 <= x < size * 0.56
            is_lamp = (x - size * 0.56) ** 2 + (y - size * 0.27) ** 2 < (size * 0.05) ** 2
            if y > size * 0.84:
                rows += b"\x3a\x3c\x42"
            elif is_pole or is_arm:
                rows += b"\x1e\x20\x26"
            else:
                rows += b"\x78\x70\x5c" if is_lamp else dusk
    return encode_png(size, size, bytes(rows))


def code_png(ticket: str, modules: int = 29, scale: int = 8) -> bytes:
    """A picture in the manner of a QR code for a ticket. It is no real code: phones of the simulator scan by scene."""
    bits = int.from_bytes((zlib.crc32(ticket.encode()) * 2654435761 % 2**64).to_bytes(8, "big"), "big")
    grid = [[False] * modules for _ in range(modules)]
    for row in range(modules):
        for column in range(modules):
            bits = (bits * 6364136223846793005 + 1442695040888963407) % 2**64
            grid[row][column] = bits >> 63 == 1
    for top, left in ((0, 0), (0, modules - 7), (modules - 7, 0)):
        for row in range(-1, 8):
            for column in range(-1, 8):
                if 0 <= top + row < modules and 0 <= left + column < modules:
                    ring = max(abs(row - 3), abs(column - 3))
                    grid[top + row][left + column] = ring in (0, 1, 3)
    size, rows = (modules + 4) * scale, bytearray()
    for y in range(size):
        rows.append(0)
        for x in range(size):
            row, column = y // scale - 2, x // scale - 2
            is_dark = 0 <= row < modules and 0 <= column < modules and grid[row][column]
            rows += b"\x10\x10\x10" if is_dark else b"\xff\xff\xff"
    return encode_png(size, size, bytes(rows))


def encode_png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG of 8-bit RGB rows, each with its filter byte before it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows, 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def sample_amr(seconds: float = 2.0) -> bytes:
    """A silent AMR-NB voice: the magic and one NO_DATA frame (type 15) for each 20 ms."""
    return b"#!AMR\n" + b"\x7c" * int(seconds * 50)
