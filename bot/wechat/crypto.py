"""WeChat's message crypto: the signature, and the AES envelope around a message.

The frame is random(16) + length(4, big endian) + message + app id, padded to 32 by PKCS#7, under
AES-256-CBC. wechatpy brings the cipher; the frame is checked here byte by byte, because wechatpy
checks neither the padding nor the length. Source: WeChat's message push documentation.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from wechatpy.crypto.base import WeChatCipher

BLOCK = 32


class BadCipher(ValueError):
    """The cipher text is not one that WeChat made for this account and key."""


def signature(*parts: str) -> str:
    """Hex SHA-1 of the parts, sorted byte by byte and joined. The token is one of the parts."""
    joined = b"".join(sorted(part.encode() for part in parts))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the parts, compared in constant time."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode())


def aes_key(encoding_aes_key: str) -> bytes:
    """The 32 key bytes of the 43 characters shown in WeChat's console."""
    return base64.b64decode(encoding_aes_key + "=")


def encrypt(encoding_aes_key: str, app_id: str, message: bytes, random16: bytes | None = None) -> str:
    """The base64 text for `<Encrypt>`. `random16` is given by tests only."""
    frame = (random16 or os.urandom(16)) + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = BLOCK - len(frame) % BLOCK
    cipher: bytes = WeChatCipher(aes_key(encoding_aes_key)).encrypt(frame + bytes([pad]) * pad)
    return base64.b64encode(cipher).decode()


def decrypt(encoding_aes_key: str, app_id: str, cipher_text: str) -> bytes:
    """The message inside `<Encrypt>`. Raises BadCipher when any byte of the frame is wrong."""
    try:
        cipher = base64.b64decode(cipher_text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCipher("not base64") from error
    if not cipher or len(cipher) % 16:
        raise BadCipher("not whole AES blocks")
    frame: bytes = WeChatCipher(aes_key(encoding_aes_key)).decrypt(cipher)
    pad = frame[-1]
    # Some senders pad to 16 instead of 32; both leave 1 to 32 equal bytes.
    if not 1 <= pad <= BLOCK or frame[-pad:] != bytes([pad]) * pad or len(frame) - pad < 20:
        raise BadCipher("bad padding")
    body = frame[16:-pad]
    (length,) = struct.unpack(">I", body[:4])
    if length > len(body) - 4:
        raise BadCipher("bad length")
    message, owner = body[4 : 4 + length], body[4 + length :]
    if not hmac.compare_digest(owner, app_id.encode()):
        raise BadCipher("made for another app id")
    return message
