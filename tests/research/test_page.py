"""What README and docs/python.md say of `load` is so."""

import doctest
import re
import subprocess
import sys

from tests.corpora import ROOT


def test_the_page_shows_what_python_shows(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = str(ROOT / "docs" / "python.md")
    failed, tried = doctest.testfile(page, module_relative=False, encoding="utf-8")
    assert (failed, tried > 10) == (0, True)


def test_the_block_of_the_readme_runs_in_the_repository():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    [block] = [block for block in blocks if "from corpus import load" in block]
    said = subprocess.check_output([sys.executable, "-c", block], cwd=ROOT, text=True)
    assert "probable progress on rare earths discussions by [<speaker 1222:1237 'Presid" in said
