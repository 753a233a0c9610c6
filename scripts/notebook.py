"""Run a notebook in this process, and write it again with its outputs: notebook.py FILE [TO].

As a kernel would show them: what a cell prints, the value of its last line as text and HTML, and
its figures. A kernel itself would bring two dozen packages, for nothing that our cells need.
"""

import ast
import base64
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with the outputs of its cells, run in their order in the current folder."""
    names: dict[str, Any] = {"__name__": "__main__"}
    codes = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for number, cell in enumerate(codes, 1):
        cell["execution_count"] = number
        cell["outputs"] = [*outputs("".join(cell["source"]), names, number)]
    return notebook


def outputs(source: str, names: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """Run a cell and yield its outputs."""
    said, value = io.StringIO(), None
    tree = ast.parse(source, f"cell {number}")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, f"cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    if said.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": lines(said.getvalue())}
    yield from figures()
    if value is not None and not source.rstrip().endswith(";"):
        shown = {"output_type": "execute_result", "execution_count": number}
        yield shown | {"data": as_shown(value), "metadata": {}}


def as_shown(value: Any) -> dict[str, list[str]]:
    """Return a value as text, and as HTML if it can be."""
    shown = {"text/plain": lines(repr(value))}
    if hasattr(value, "_repr_html_"):
        shown["text/html"] = lines(value._repr_html_())
    return shown


def figures() -> Iterator[dict[str, Any]]:
    """Yield the figures that a cell drew."""
    for number in plt.get_fignums():
        file, figure = io.BytesIO(), plt.figure(number)
        figure.savefig(file, dpi=80, bbox_inches="tight", metadata={"Software": None})
        picture = base64.b64encode(file.getvalue()).decode() + "\n"
        data = {"image/png": picture, "text/plain": [repr(figure)]}
        yield {"output_type": "display_data", "data": data, "metadata": {}}
    plt.close("all")


def lines(text: str) -> list[str]:
    """Return a text as notebooks keep it."""
    return text.splitlines(keepends=True)


if __name__ == "__main__":
    path, to = (Path(sys.argv[n]).resolve() for n in (1, -1))
    made = json.loads(path.read_bytes())
    os.chdir(path.parent)
    content = json.dumps(executed(made), ensure_ascii=False, indent=1)
    to.write_text(content + "\n", encoding="utf-8")
