"""Words that a dataset was published without, put back from a reader's own copies of the texts.

It needs the dataset folder alone: the Parquet files hold offsets, classes and the sha256 of each
text. The result is a new folder, equal to one that was built with the words, but that `release`
still says `standoff`, as the texts may still not be passed on, and that what else was withheld (a
title that quotes its text) stays null.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from corpus.dataset.build import CHANGES, README, put, refuse_other, write_data
from corpus.dataset.card.metadata import info
from corpus.dataset.checksums import CHECKSUMS, checksums, sha256
from corpus.dataset.copies import Copy, copies
from corpus.dataset.covered import filled
from corpus.dataset.croissant import FILE as CROISSANT
from corpus.dataset.folder import read_folder
from corpus.dataset.published import DOCUMENTS, Published
from corpus.dataset.readback import read_back
from corpus.dataset.withheld import SECTION, restored_section
from corpus.errors import CorpusError

HEAD = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)
OLD_SECTION = re.compile(rf"^{re.escape(SECTION)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
OTHERS = 5
"""How many of the texts that are missing are named."""


@dataclass(frozen=True)
class Restored:
    """found: doc_id -> the copy whose words are back. missing: doc_id -> the sha256 of its text."""

    found: Mapping[str, Copy]
    missing: Mapping[str, str]


def restore(dataset: Path, places: Sequence[Path], out: Path) -> Restored:
    """Write the dataset folder `out`: `dataset` with the words of the texts that are found.

    places: copies of texts, or folders of them. `out` is replaced whole or left as it is.

    Raises:
        CorpusError: `dataset` is no dataset folder, or not as published; no text is withheld in it;
            none is among the copies; `out` is `dataset`, or holds something that no build made.
    """
    out = _refuse_same(dataset.resolve(), refuse_other(out))
    made = read_folder(dataset)
    done = _found(dataset, made, places)
    words = _words(made, done)
    new = replace(
        made, configs={n: replace(c, frame=filled(c.frame, words)) for n, c in made.configs.items()}
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        folder = Path(scratch) / "dataset"
        _write(new, dataset, folder)
        read_back(folder, new.arrow(), Path(scratch) / "cache")
        put(folder, out, Path(scratch))
    return done


def _refuse_same(dataset: Path, out: Path) -> Path:
    if out.is_relative_to(dataset) or dataset.is_relative_to(out):
        raise CorpusError(f"{out}: the dataset itself is never changed; name another --out")
    return out


def _found(dataset: Path, made: Published, places: Sequence[Path]) -> Restored:
    """Return which of the texts that are withheld are among the copies."""
    texts = made.configs[DOCUMENTS].frame.select("doc_id", "text", "text_sha256").unique()
    wanted = dict(
        texts.filter(pl.col("text").is_null()).sort("doc_id").select("doc_id", "text_sha256").rows()
    )
    if not wanted:
        raise CorpusError(f"{dataset}: nothing to restore: no text is withheld; load it as it is")
    there = copies(places, {*wanted.values()})
    if not there:
        raise CorpusError(
            f"none of {len(wanted)} withheld text(s) is among the copies: expected a file with"
            f" {_listed(wanted)}; a copy that was edited, or is of another edition, is another text"
        )
    return Restored(
        {doc_id: there[digest] for doc_id, digest in wanted.items() if digest in there},
        {doc_id: digest for doc_id, digest in wanted.items() if digest not in there},
    )


def _listed(wanted: Mapping[str, str]) -> str:
    """Return which texts these are, in words."""
    named = [f"sha256 {digest} ({doc_id})" for doc_id, digest in wanted.items()]
    more = f" and {len(named) - OTHERS} more" if len(named) > OTHERS else ""
    return " or ".join(named[:OTHERS]) + more


def _words(made: Published, done: Restored) -> dict[str, str | None]:
    """Return doc_id -> its text, of all documents."""
    texts = dict(made.configs[DOCUMENTS].frame.select("doc_id", "text").iter_rows())
    return texts | {doc_id: copy.text for doc_id, copy in done.found.items()}


def _write(made: Published, dataset: Path, folder: Path) -> None:
    """Write all files that the dataset has into a new folder."""
    write_data(made, folder)
    if (dataset / CHANGES).is_file():
        shutil.copyfile(dataset / CHANGES, folder / CHANGES)
    if (dataset / CROISSANT).is_file():
        (folder / CROISSANT).write_bytes(_described(dataset / CROISSANT, folder))
    (folder / README).write_bytes(_readme(made, dataset / README, folder).encode())
    (folder / CHECKSUMS).write_bytes(bytes(checksums(folder, made.rows())))


def _readme(made: Published, path: Path, folder: Path) -> str:
    """Return the card with the new sizes, and the section on withheld texts as it is now."""
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCard
    from yaml import YAMLError

    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    parts = HEAD.fullmatch(text.replace("\r\n", "\n"))
    if parts is None:
        raise CorpusError(f"{path}: expected the card of a dataset, which begins with ---")
    try:
        data = DatasetCard(f"---\n{parts[1]}---\n").data
    except (YAMLError, ValueError) as error:
        said = " ".join(str(error).split())
        raise CorpusError(f"{path}: expected YAML between its lines ---: {said}") from None
    infos = {name: info(name, own, folder) for name, own in made.parts.items()}
    DatasetInfosDict(infos).to_dataset_card_data(data)
    page = _page(parts[2], "\n".join(restored_section(made.configs[DOCUMENTS].frame)) + "\n")
    return f"---\n{data.to_yaml(line_break=chr(10))}\n---\n{page}"


def _page(page: str, section: str) -> str:
    """Return a page with the section in the place of the one that it has, else at its end."""
    if found := OLD_SECTION.search(page):
        return page[: found.start()] + section + page[found.end() :]
    return f"{page}\n{section}"


def _described(path: Path, folder: Path) -> bytes:
    """Return croissant.json with the sizes and digests of the new files."""
    try:
        whole = json.loads(path.read_bytes())
        files = [file for file in whole["distribution"] if "contentUrl" in file]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CorpusError(f"{path}: expected a description in Croissant (JSON)") from None
    there = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.parquet")}
    for file in files:
        if new := there.get(file["contentUrl"]):
            file |= {"sha256": sha256(new), "contentSize": f"{new.stat().st_size} B"}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
