"""A mapping whose values are made when they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class Lazy(Mapping[str, Value]):
    """Values by name, each made once.

    what: what they are, for the message where there is no such name.
    """

    def __init__(self, names: Iterable[str], make: Callable[[str], Value], what: str) -> None:
        self._names = tuple(names)
        self._make = make
        self._what = what
        self._made: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(f"no {name!r}: the {self._what} are {', '.join(self._names)}")
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{self._what}: {', '.join(self._names)}>"

    def _ipython_key_completions_(self) -> list[str]:
        return [*self._names]
