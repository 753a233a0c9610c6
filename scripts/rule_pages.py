"""Write docs/rules/ from the rules' own pages: python scripts/rule_pages.py [FOLDER]."""

import sys
from pathlib import Path

from corpus.rules import RULES
from corpus.rules.rule import Rule


def pages() -> dict[str, str]:
    """Return file name -> page of each rule, and of the list of them."""
    lines = ["# Rules", "", "| code | name | severity | what must hold |", "|---|---|---|---|"]
    for rule in RULES.values():
        link = f"[{rule.code}]({_file(rule)})"
        lines.append(f"| {link} | {rule.name} | {rule.severity} | {rule.summary} |")
    found = {_file(rule): rule.markdown for rule in RULES.values()}
    return {"README.md": "\n".join(lines) + "\n"} | found


def _file(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}.md"


def write(folder: Path) -> None:
    """Write every page, and remove those of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages():
            path.unlink()
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/rules"))
