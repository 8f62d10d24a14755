"""Bodies that no WeChat would send, and some that it might: mutations of good pushes, drawn from a seed."""

import random
from collections.abc import Iterator

from bot.settings import WeChat
from bot.wechat import crypto
from tests.pushes import text_xml

WORDS = ("路灯坏了", "]]>", "<xml>", "&lt;", "\x00\x01", "\ud83d", "💥", "<![CDATA[", "</Content>", "&xxe;", "{", '"')


def malformed_bodies(seed: int, count: int, wechat: WeChat) -> Iterator[tuple[str, bytes, str]]:
    """(how, body, cipher text to sign) of `count` bad pushes; an empty cipher text is signed as none."""
    draw = random.Random(seed)
    makers = (
        _cut,
        _flipped,
        _inner_garbage,
        _inner_mutated,
        _nested,
        _wrong_key,
        _noise,
        _two_copies,
        _json,
        _wrong_pad,
        _filled,
        _other_charset,
        _large,
        _plain,
    )
    for number in range(count):
        maker = draw.choice(makers)
        body, cipher_text = maker(draw, wechat, number)
        yield maker.__name__, body, cipher_text


def _good(draw: random.Random, number: int) -> bytes:
    text = "".join(draw.choice(WORDS) for _ in range(draw.randrange(6)))
    return text_xml(f"oMalformed{number:018}", text.encode("utf-8", "replace").decode(), number)


def _sealed(wechat: WeChat, plain: bytes) -> tuple[bytes, str]:
    cipher_text = crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, plain)
    return f"<xml><ToUserName>g</ToUserName><Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>".encode(), cipher_text


def _cut(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    body, cipher_text = _sealed(wechat, _good(draw, number))
    return body[: draw.randrange(len(body))], cipher_text


def _flipped(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    body, cipher_text = _sealed(wechat, _good(draw, number))
    changed = bytearray(body)
    for _ in range(draw.randrange(1, 9)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed), cipher_text


def _inner_garbage(draw: random.Random, wechat: WeChat, _number: int) -> tuple[bytes, str]:
    return _sealed(wechat, draw.randbytes(draw.randrange(2000)))


def _inner_mutated(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    plain = bytearray(_good(draw, number))
    for _ in range(draw.randrange(1, 12)):
        place = draw.randrange(len(plain))
        plain[place : place + draw.randrange(4)] = draw.choice(WORDS).encode("utf-8", "replace")
    return _sealed(wechat, bytes(plain))


def _nested(draw: random.Random, wechat: WeChat, _number: int) -> tuple[bytes, str]:
    depth = draw.randrange(1, 8000)
    name = draw.choice(("a", "Content", "List"))
    return _sealed(wechat, b"<xml>" + f"<{name}>".encode() * min(depth, 4000) + b"x")


def _wrong_key(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    return _sealed(wechat.model_copy(update={"encoding_aes_key": "B" * 43}), _good(draw, number))


def _noise(draw: random.Random, _wechat: WeChat, _number: int) -> tuple[bytes, str]:
    return draw.randbytes(draw.choice((0, 1, 17, 4000, 70_000))), ""


def _two_copies(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    body, cipher_text = _sealed(wechat, _good(draw, number))
    return body.replace(b"</xml>", b"") + body, cipher_text


def _json(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    inner = draw.choice(
        (
            b"{}",
            b"[]",
            b'{"FromUserName":1,"MsgType":[],"Content":{}}',
            f'{{"FromUserName":"oMalformed{number:018}","MsgType":"text","Content":null}}'.encode(),
            b'{"a":' * 3000,
            f'{{"FromUserName":"oMalformed{number:018}","MsgType":"text","x":{"[" * 900}{"]" * 900}}}'.encode(),
            f'{{"FromUserName":"oMalformed{number:018}","MsgType":"text","Content":"\\u0000\\ud800"}}'.encode(),
            f'{{"FromUserName":"\\ud800{number}","MsgType":"event","EventKey":"{"k" * 300}"}}'.encode(),
            b'{"FromUserName":"o\\u0000x","MsgType":"text","CreateTime":1e400}',
        )
    )
    cipher_text = crypto.encrypt(wechat.encoding_aes_key, wechat.app_id, inner)
    envelopes = (f'{{"Encrypt":"{cipher_text}"}}',) * 4 + ('{"Encrypt":7}', '{"Encrypt":"\\ud800"}', "{" * 5000)
    return draw.choice(envelopes).encode(), cipher_text


def _wrong_pad(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    _, cipher_text = _sealed(wechat, _good(draw, number))
    cut = cipher_text[: draw.randrange(4, len(cipher_text))]
    cut = cut[: len(cut) // 4 * 4]
    return f"<xml><Encrypt>{cut}</Encrypt></xml>".encode(), cut


def _filled(draw: random.Random, _wechat: WeChat, _number: int) -> tuple[bytes, str]:
    """What a pattern that backtracks would choke on."""
    filler = draw.choice((b" ", b"\n", b"A ", b"<Encrypt>", b"<Encrypt> ", b"<![CDATA[", b"="))
    return b"<Encrypt>" + filler * draw.randrange(6000) + draw.choice((b"", b"!</Encrypt>")), ""


def _other_charset(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    text = text_xml(f"oMalformed{number:018}", "路灯坏了", number).decode()
    named = f'<?xml version="1.0" encoding="{draw.choice(("gbk", "utf-7", "nonsense"))}"?>' + text
    return _sealed(wechat, draw.choice((text, named)).encode(draw.choice(("gbk", "utf-16", "utf-8"))))


def _large(draw: random.Random, wechat: WeChat, number: int) -> tuple[bytes, str]:
    """As large as a body may be, and larger, in text or in tags."""
    filler = draw.choice(("长", "<a>", "]]>", "<a \n", "]]></Content><Content><![CDATA["))
    size = draw.choice((2_000, 4_000, 8_000, 47_000, 52_000))
    text = (filler * size).encode()[:size].decode("utf-8", "ignore")
    return _sealed(wechat, text_xml(f"oMalformed{number:018}", text, number))


def _plain(draw: random.Random, _wechat: WeChat, number: int) -> tuple[bytes, str]:
    return _good(draw, number), draw.choice(("", "x"))
