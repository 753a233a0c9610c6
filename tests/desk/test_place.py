"""Which Label Studio, and what is refused before any is asked."""

from pathlib import Path

import pytest

from corpus.desk.place import Place, kept_running, servers
from corpus.errors import CorpusError, StudioError
from corpus.labelstudio.database import Database, database_of
from corpus.labelstudio.local import Hosting
from tests.corpora import folder
from tests.desk.verbs import PEOPLE

URL = "http://127.0.0.1:9"


def refusal(root: Path, place: Place) -> str:
    with pytest.raises(CorpusError) as told, servers(root, place, ["ann", "bo"], print):
        pass
    return str(told.value)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return folder(tmp_path, {"annotations/annotators.toml": PEOPLE})


def test_an_address_without_a_key_says_where_to_get_one(root: Path) -> None:
    assert refusal(root, Place(url=URL)).startswith(f"{URL}: set LABEL_STUDIO_API_KEY to a token")


def test_an_address_is_no_place_for_servers_of_our_own(root: Path) -> None:
    words = "--url names a server that runs: --isolated and --database are for ours"
    assert refusal(root, Place(url=URL, key="k", isolated=True)) == words
    database = database_of("postgresql://labels@localhost/labels")
    assert refusal(root, Place(url=URL, key="k", database=database)) == words


def test_isolated_servers_share_no_database(root: Path) -> None:
    place = Place(isolated=True, database=database_of("postgresql://labels@localhost/labels"))
    assert refusal(root, place).startswith("--isolated gives each annotator a database")


def test_isolated_servers_share_no_address(root: Path) -> None:
    hosting = Hosting(public="https://labels.example.org")
    opened = kept_running(root, Place(isolated=True), ["ann"], hosting, print)
    with pytest.raises(CorpusError, match="--public shows one server"), opened:
        pass


def test_isolated_work_is_not_mixed_by_forgetting_the_flag(root: Path) -> None:
    (root / ".corpus" / "isolated").mkdir(parents=True)
    assert "annotators have a server each here: add --isolated" in refusal(root, Place())


def test_somebody_without_an_e_mail_is_named_before_a_server_is_asked(root: Path) -> None:
    path = root / "annotations" / "annotators.toml"
    path.write_text(PEOPLE.replace('email = "bo@corpus.invalid"\n', ""))
    assert refusal(root, Place(url=URL, key="k")) == (
        f"{path}: annotators.bo has no 'email': which account at {URL} is theirs?"
    )


def test_a_key_shows_nowhere(root: Path) -> None:
    assert "secret" not in repr(Place(url=URL, key="secret"))
    told = refusal(root, Place(url="http://u:secret@host", key="secret"))
    assert told == "--url is no address of a Label Studio: expected http(s)://host[:port]"


def test_a_database_is_read_from_its_url() -> None:
    whole = "postgresql://labels:p%40ss@db.example.org:6543/my%20labels"
    assert database_of(whole) == Database("labels", "db.example.org", 6543, "my labels", "p@ss")
    assert database_of("postgres://labels@host/x") == Database("labels", "host", 5432, "x", "")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hidden@host/x",
        "postgresql://u:hidden@host",
        "postgresql://u:hidden@host:port/x",
        "postgresql://u:hidden@host/x/y",
        "hidden",
        "postgresql://u:hidden@host/x?sslmode=require",
    ],
)
def test_what_is_no_database_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(StudioError) as told:
        database_of(url)
    assert str(told.value) == (
        "--database is no PostgreSQL database: expected postgresql://USER@HOST[:PORT]/NAME,"
        " without options (for TLS: PGSSLMODE)"
    )


def test_a_password_shows_in_no_repr() -> None:
    assert "hidden" not in repr(database_of("postgresql://u:hidden@host/x"))


def test_an_e_mail_of_two_people_is_refused_since_their_work_would_be_one_persons(
    root: Path,
) -> None:
    path = root / "annotations" / "annotators.toml"
    path.write_text(PEOPLE.replace("bo@corpus", "Ann@corpus"))
    assert refusal(root, Place(url=URL, key="k")) == (
        f"{path}: annotators.ann and annotators.bo have the same 'email': whose work would it be?"
    )


def test_a_look_makes_no_server(root: Path) -> None:
    for place in (Place(), Place(isolated=True)):
        assert "there is no Label Studio of ours yet" in refusal(root, place)
    assert not (root / ".corpus").exists()


def test_each_server_has_a_memory_of_its_own() -> None:
    places = [Place(), Place(isolated=True), Place(url=URL), Place(url="http://127.0.0.1:10")]
    places.append(Place(database=database_of("postgresql://u:one@host/x")))
    assert len({place.memory for place in places}) == len(places)
    assert Place(url=f"{URL}/").memory == Place(url=URL).memory
    other = database_of("postgresql://u:two@host/x")  # another password is no other database
    assert Place(database=other).memory == places[-1].memory
