"""Seeded corruptions by kind: of the tree that a JSON file is, and of its bytes."""

import json
import random
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from tests.corpora import canonical

Slot = tuple[Any, Any]
"""A container and a key or number in it."""
OfTree = Callable[[Any, random.Random], object]
OfBytes = Callable[[bytes, random.Random], bytes]

JUNK = (None, True, False, 0, -1, 1.5, "", "x", "../x", [], {}, [None], {"id": 1}, "\0", 10**20)
MARKS = (
    "\0",
    "\x1b[2J",
    "\n",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\u200b",
    "\ud800",
    "\xa0",
    "😀",
    "<b>",
)
TOKEN = re.compile(rb'(?<=: )(-?[0-9]+|true|false|null|"[^"\\]*")')
PAIR = re.compile(rb'"[a-z_]+": (?:-?[0-9]+|true|false|null|"[^"\\]*")')


def mutated(data: bytes, kind: str, chance: random.Random) -> bytes:
    """Return other bytes than these, corrupted in one way of a kind."""
    while True:
        way = chance.choice(KINDS[kind])
        if (made := _made(way, data, chance)) not in (None, data):
            return made


def _made(way: OfTree | OfBytes, data: bytes, chance: random.Random) -> bytes | None:
    if way in OF_BYTES:
        return way(data, chance)
    tree = json.loads(data)
    way(tree, chance)
    try:
        return written(tree)
    except ValueError:  # swapped into itself: no JSON
        return None


def written(tree: Any) -> bytes:
    """Return a tree as its file is laid out: an export in a line, an annotation an item a line."""
    text = canonical(tree) if isinstance(tree, dict) else json.dumps(tree, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character can be written as an escape only
        return json.dumps(tree).encode()


def slots(tree: Any) -> list[tuple[str, Slot]]:
    """Return every value in a tree, with its path without numbers."""
    found: list[tuple[str, Slot]] = []
    open_ = [("", tree)]
    for shape, node in open_:
        if isinstance(node, list):
            path = shape + "[]"
            found += [(path, (node, number)) for number in range(len(node))]
            open_ += [(path, inner) for inner in node if isinstance(inner, dict | list)]
        else:
            kind = node["type"] if "from_id" in node or "from_name" in node else ""
            inside = [(f"{shape}{kind}.{key}", key, inner) for key, inner in node.items()]
            found += [(path, (node, key)) for path, key, _ in inside]
            open_ += [(path, inner) for path, _, inner in inside if isinstance(inner, dict | list)]
    return found


def some(tree: Any, chance: random.Random, kind: type = object) -> list[Slot]:
    """Return all values of one field, each field as likely as any other."""
    fields: dict[str, list[Slot]] = {}
    for shape, (node, key) in slots(tree):
        if isinstance(node[key], kind):
            fields.setdefault(shape, []).append((node, key))
    return fields[chance.choice(sorted(fields))]


def drop(tree: Any, chance: random.Random) -> None:
    node, key = chance.choice(some(tree, chance))
    del node[key]


def swap_alike(tree: Any, chance: random.Random) -> None:
    same = some(tree, chance)
    (node, key), (other, its_key) = chance.choice(same), chance.choice(same)
    node[key], other[its_key] = other[its_key], node[key]


def swap_any(tree: Any, chance: random.Random) -> None:
    (node, key), (other, its_key) = (chance.choice(some(tree, chance)) for _ in range(2))
    node[key], other[its_key] = other[its_key], node[key]


def shift(tree: Any, chance: random.Random) -> None:
    node, key = chance.choice(some(tree, chance))
    old = node[key]
    if isinstance(old, str | list):
        node[key] = old[1:] + old[:1]
    elif isinstance(old, dict):
        keys = list(old)
        node[key] = dict(zip(keys[1:] + keys[:1], old.values(), strict=True))
    elif old is not None:
        node[key] = old + chance.choice((-9, -1, 1, 7))


def shift_both(tree: Any, chance: random.Random) -> None:
    """Move a whole stretch, as a script that counts otherwise does."""
    node, _ = chance.choice([s for _, s in slots(tree) if s[1] == "start"])
    by = chance.choice((-2, -1, 1, 2))
    node["start"], node["end"] = node["start"] + by, node["end"] + by


def shift_all(tree: Any, chance: random.Random) -> None:
    """Move all offsets from some place on, as after an edited text."""
    edge, by = chance.randrange(2_000), chance.choice((-1, 1, 2))
    for _, (node, key) in slots(tree):
        if key in ("start", "end") and node[key] >= edge:
            node[key] += by


def retype(tree: Any, chance: random.Random) -> None:
    node, key = chance.choice(some(tree, chance))
    node[key] = chance.choice(JUNK)


def retype_alike(tree: Any, chance: random.Random) -> None:
    """Keep what is said, but in another type: 3 as "3", a text as a list of it."""
    node, key = chance.choice(some(tree, chance))
    old = node[key]
    others = [str(old), [old], {"value": old}]
    if isinstance(old, int):
        others += [float(old), bool(old)]
    node[key] = chance.choice(others)


def truncate(tree: Any, chance: random.Random) -> None:
    node, key = chance.choice(some(tree, chance))
    old = node[key]
    if isinstance(old, str | list):
        node[key] = old[: chance.randrange(len(old) or 1)]
    elif isinstance(old, dict):
        node[key] = dict(list(old.items())[: chance.randrange(len(old) or 1)])
    elif isinstance(old, int):
        node[key] = old // 10


def duplicate(tree: Any, chance: random.Random) -> None:
    """Repeat an item of a list, next to it or at the end."""
    items = [s for s in some(tree, chance, object) if isinstance(s[0], list)]
    if items:
        node, key = chance.choice(items)
        node.insert(chance.choice((key + 1, len(node))), node[key])


def duplicate_list(tree: Any, chance: random.Random) -> None:
    node, key = chance.choice(some(tree, chance, list))
    node[key] = node[key] * 2


def duplicate_value(tree: Any, chance: random.Random) -> None:
    """Give one item the value that another has in the same field."""
    same = some(tree, chance)
    (node, key), (other, its_key) = chance.choice(same), chance.choice(same)
    node[key] = other[its_key]


def mark(tree: Any, chance: random.Random) -> None:
    """Put a character that nobody sees, or that does something, into a text."""
    node, key = chance.choice(some(tree, chance, str))
    at = chance.choice((0, len(node[key]), chance.randrange(len(node[key]) + 1)))
    node[key] = node[key][:at] + chance.choice(MARKS) + node[key][at:]


def respell(tree: Any, chance: random.Random) -> None:
    """Write a text in another form that looks alike, or as a wrong decoder reads it."""
    node, key = chance.choice(some(tree, chance, str))
    forms = [
        *(lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFD", "NFKC")),
        lambda text: text.encode().decode("latin-1"),
        lambda text: text.translate(str.maketrans("aeopcn019“”’", 'аеорсñ０１９""\'')),
        str.upper,
        str.casefold,
    ]
    node[key] = chance.choice(forms)(node[key])


def mark_key(tree: Any, chance: random.Random) -> None:
    """Rename a key by a character."""
    node, key = chance.choice([s for _, s in slots(tree) if isinstance(s[0], dict)])
    content = list(node.items())
    node.clear()
    new = chance.choice((key + "\u200b", key.upper(), key[:-1], f"{key} "))
    node.update({new if name == key else name: value for name, value in content})


def _stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 1, 2, 8, 64, 1024)))


def drop_bytes(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    return data[:start] + data[end:]


def swap_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) - 1)
    return data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def flip_bit(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def retype_token(data: bytes, chance: random.Random) -> bytes:
    """Write one value otherwise: as a text, with a point or an exponent, as a word of Python."""
    found = chance.choice([*TOKEN.finditer(data)])
    old = found[1]
    others = [b'"' + old.strip(b'"') + b'"', b"[" + old + b"]", b"NaN", b"None", b"'x'", b"0" + old]
    others += [old + b".0", old + b"e0"] if old.isdigit() else []
    return data[: found.start()] + chance.choice(others) + data[found.end() :]


def truncate_end(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def truncate_begin(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(1, len(data)) :]


def duplicate_bytes(data: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(data, chance)
    return data[:end] + data[start:]


def duplicate_whole(data: bytes, chance: random.Random) -> bytes:
    return data * 2


def duplicate_key(data: bytes, chance: random.Random) -> bytes:
    """Let a key stand twice in its object, with the value of another such key."""
    found = chance.choice([*PAIR.finditer(data)])
    key = found[0].partition(b":")[0]
    alike = [pair[0] for pair in PAIR.finditer(data) if pair[0].startswith(key + b":")]
    return data[: found.start()] + chance.choice(alike) + b", " + data[found.start() :]


def encode_otherwise(data: bytes, chance: random.Random) -> bytes:
    form = chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252"))
    return data.decode().encode(form, "replace")


def break_character(data: bytes, chance: random.Random) -> bytes:
    """Put bytes in that are no UTF-8, or a bare control character."""
    at = chance.randrange(len(data))
    junk = (
        b"\xff",
        b"\xc3",
        b"\xe9",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\0",
        b"\x1b",
        b"\xef\xbb\xbf",
    )
    return data[:at] + chance.choice(junk) + data[at:]


def escape_half(data: bytes, chance: random.Random) -> bytes:
    """Put half a character, or NUL, into some text as an escape."""
    at = chance.choice([found.end() - 1 for found in re.finditer(rb'[a-z]"', data)])
    junk = chance.choice((rb"\ud83d", rb"\udc00", rb"\u0000", rb"\ud83d\ud83d", rb"\x41"))
    return data[:at] + junk + data[at:]


OF_BYTES = {
    *(drop_bytes, swap_bytes, flip_bit, retype_token, truncate_end, truncate_begin),
    *(duplicate_bytes, duplicate_whole, duplicate_key, encode_otherwise, break_character),
    escape_half,
}
KINDS: dict[str, tuple[OfTree | OfBytes, ...]] = {
    "drop": (drop, drop, drop_bytes),
    "swap": (swap_alike, swap_alike, swap_any, swap_bytes),
    "shift": (shift, shift_both, shift_all, flip_bit),
    "retype": (retype, retype_alike, retype_token),
    "truncate": (truncate, truncate, truncate_end, truncate_begin),
    "duplicate": (
        duplicate,
        duplicate_list,
        duplicate_value,
        duplicate_bytes,
        duplicate_key,
        duplicate_whole,
    ),
    "unicode": (mark, respell, mark_key, encode_otherwise, break_character, escape_half),
}
