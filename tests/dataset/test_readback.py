"""Faults of a dataset folder: those that `datasets` loads without a word, and those it refuses."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.dataset.about import About
from corpus.dataset.build import write
from corpus.dataset.parquet import data_file
from corpus.dataset.published import published
from corpus.dataset.readback import Meant, load_all, read_back
from corpus.dataset.splits import PILOT
from corpus.errors import CorpusError
from corpus.shorthand import parse
from tests.corpora import TINY

pytestmark = pytest.mark.once

SAID = (
    "[She]{speaker#s entity=mayor} [said]{event#e spoken} "
    "[it [rained]{event#r silent}]{claim#c possible topic=weather,trade source>s cue>e}."
)
EVENTS = data_file("events", PILOT)
CLAIMS = data_file("claims", PILOT)
Fault = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Meant]:
    folder = tmp_path_factory.mktemp("sound") / "dataset"
    tables = parse(SAID, TINY)
    made = published(tables, TINY)
    write(made, tables, TINY, About(), folder)
    return folder, made.arrow()


def readme(old: str, new: str) -> Fault:
    """Change the first place in README that a pattern finds."""

    def fault(folder: Path) -> None:
        path = folder / "README.md"
        text = path.read_text(encoding="utf-8")
        changed = re.sub(old, new, text, count=1, flags=re.DOTALL | re.MULTILINE)
        assert changed != text
        path.write_text(changed, encoding="utf-8")

    return fault


def parquet(name: str, change: Callable[[pa.Table], pa.Table]) -> Fault:
    def fault(folder: Path) -> None:
        table = pq.read_table(folder / name)
        changed = change(table)
        assert not changed.equals(table, check_metadata=True)
        pq.write_table(changed, folder / name)

    return fault


def both(*faults: Fault) -> Fault:
    def fault(folder: Path) -> None:
        for one in faults:
            one(folder)

    return fault


def with_class(value: int) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index("manner_label")
        return table.set_column(at, table.field(at), pa.array([value] * len(table), pa.int64()))

    return change


def renamed_classes(table: pa.Table) -> pa.Table:
    said = table.schema.metadata[b"huggingface"]
    return table.replace_schema_metadata(
        {"huggingface": said.replace(b'"spoken", "written"', b'"written", "spoken"')}
    )


def cut_off(folder: Path) -> None:
    (folder / EVENTS).write_bytes((folder / EVENTS).read_bytes()[:-9])


NAMES = r"(name: manner_label\n    dtype:)\n      class_label:\n        names:\n(?: {10}[^\n]*\n)+"
SWAPPED = r"(name: manner_label.*?'0': )spoken(.*?'1': )written"
ALL_NAMES = r"^dataset_info:\n.*?(?=^configs:)"

SILENT: dict[str, tuple[Fault, str]] = {
    "labels in another order in README than in Parquet": (
        readme(SWAPPED, r"\1written\2spoken"),
        "events, pilot: loads with other columns or labels",
    ),
    "labels in another order in Parquet than in README": (
        parquet(EVENTS, renamed_classes),
        f"{EVENTS}: has other columns or labels",
    ),
    "labels in another order in both, but not in the numbers": (
        both(readme(SWAPPED, r"\1written\2spoken"), parquet(EVENTS, renamed_classes)),
        f"{EVENTS}: has other columns or labels",
    ),
    "a class that there is none of": (
        parquet(EVENTS, with_class(7)),
        "events, pilot: loads with other rows",
    ),
    "a class that is another": (
        parquet(EVENTS, with_class(1)),
        "events, pilot: loads with other rows",
    ),
    "a column of README that is not in the file": (
        parquet(CLAIMS, lambda table: table.drop_columns(["sentence"])),
        f"{CLAIMS}: has other columns or labels",
    ),
    "names that stand neither in README nor in Parquet": (
        both(
            readme(ALL_NAMES, ""),
            parquet(EVENTS, lambda table: table.replace_schema_metadata(None)),
        ),
        f"{EVENTS}: has other columns or labels",
    ),
    "a label that is a number in README": (
        readme(NAMES, r"\1 int64\n"),
        "events, pilot: loads with other columns or labels",
    ),
    "rows in another order": (
        parquet(EVENTS, lambda table: table.take([1, 0])),
        "events, pilot: loads with other rows",
    ),
    "a config that README does not name": (
        readme(r"^- config_name: events\n  data_files:\n.*?(?=^- config_name)", ""),
        "the dataset: loads with the configs ",
    ),
    "a config that is not meant": (
        readme(
            r"^(- config_name: )events(\n  data_files:.*?)(?=^- config_name)",
            r"\1events\2\1more\2",
        ),
        "the dataset: loads with the configs ",
    ),
    "another default": (
        both(
            readme(r"^  default: true\n", ""),
            readme(r"(- config_name: events\n)(  data_files:)", r"\1  default: true\n\2"),
        ),
        "events is the default config; expected documents",
    ),
}


LOUD: dict[str, tuple[Fault, str]] = {
    "a column of the file that is not in README": (
        readme(r"  - name: sentence\n    dtype: string\n", ""),
        "the dataset does not load: CastError: ",
    ),
    "a number of rows that is wrong": (
        readme(r"num_examples: 2", "num_examples: 3"),
        "the dataset does not load: NonMatchingSplitsSizesError: ",
    ),
    "two defaults": (
        readme(r"(- config_name: events\n)(  data_files:)", r"\1  default: true\n\2"),
        "the dataset does not load: ValueError: ",
    ),
    "a split with a dash": (
        readme(r"split: pilot", "split: pi-lot"),
        "the dataset does not load: ValueError: ",
    ),
    "a file that is not there": (
        readme(r"path: data/events/", "path: data/even/"),
        "the dataset does not load: ",
    ),
    "a column of another type": (
        readme(r"(config_name: events\n.*?name: text\n    dtype: )string", r"\1int64"),
        "the dataset does not load: ArrowInvalid: ",
    ),
    "no default": (
        readme(r"^  default: true\n", ""),
        "None is the default config; expected documents",
    ),
    "no YAML": (
        readme(r"^---\n.*?^---\n", ""),
        "the dataset: loads with the configs ",
    ),
    "a file that is cut off": (
        cut_off,
        "the dataset does not load: ArrowInvalid: ",
    ),
}


def loads(folder: Path, cache: Path) -> None:
    """Load what was touched as users do, and the default config without a name."""
    import datasets

    for config in ("events", "claims"):
        if config in datasets.get_dataset_config_names(str(folder)):
            datasets.load_dataset(str(folder), config, cache_dir=str(cache))
    datasets.load_dataset(str(folder), cache_dir=str(cache))


def copied(sound: tuple[Path, Meant], to: Path) -> Path:
    return Path(shutil.copytree(sound[0], to / "dataset"))


def test_a_sound_folder_is_read_back_in_peace(sound: tuple[Path, Meant], tmp_path: Path) -> None:
    read_back(*sound, tmp_path)


def test_reading_back_loads_what_load_dataset_does(
    sound: tuple[Path, Meant], tmp_path: Path
) -> None:
    import datasets

    default, loaded = load_all(sound[0], tmp_path / "one")
    assert default == datasets.get_dataset_default_config_name(str(sound[0]))
    assert [*loaded] == datasets.get_dataset_config_names(str(sound[0]))
    for config, splits in loaded.items():
        other = datasets.load_dataset(str(sound[0]), config, cache_dir=str(tmp_path / "other"))
        assert {*splits} == {*other}
        for split in splits:
            assert splits[split].features == other[split].features
            assert splits[split].data.table.equals(other[split].data.table)


@pytest.mark.parametrize("name", SILENT)
def test_what_datasets_loads_without_a_word_is_found(
    name: str, sound: tuple[Path, Meant], tmp_path: Path
) -> None:
    fault, told = SILENT[name]
    folder = copied(sound, tmp_path)
    fault(folder)
    loads(folder, tmp_path / "users")
    with pytest.raises(CorpusError, match=re.escape(told)):
        read_back(folder, sound[1], tmp_path / "ours")


@pytest.mark.parametrize("name", LOUD)
def test_what_datasets_refuses_is_one_clear_line(
    name: str, sound: tuple[Path, Meant], tmp_path: Path
) -> None:
    fault, told = LOUD[name]
    folder = copied(sound, tmp_path)
    fault(folder)
    with pytest.raises(Exception):  # noqa: B017, PT011
        loads(folder, tmp_path / "users")
    with pytest.raises(CorpusError, match=re.escape(told)) as refused:
        read_back(folder, sound[1], tmp_path / "ours")
    assert "\n" not in str(refused.value)


def test_a_label_out_of_range_shows_no_name(sound: tuple[Path, Meant], tmp_path: Path) -> None:
    """Why reading back must compare numbers, too: no reader complains before it asks for a name."""
    import datasets

    folder = copied(sound, tmp_path)
    parquet(EVENTS, with_class(7))(folder)
    events = datasets.load_dataset(str(folder), "events", split=PILOT, cache_dir=str(tmp_path))
    assert events["manner_label"][:] == [7, 7]
    assert pl.read_parquet(folder / EVENTS)["manner_label"].to_list() == [7, 7]
