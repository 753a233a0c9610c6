"""Where Chromium is."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/google/chrome")


def chromium() -> Path:
    """Return the browser: CHROMIUM, or what PATH and the usual places have."""
    named = os.environ.get("CHROMIUM")
    path = os.pathsep.join((os.environ.get("PATH", ""), *PLACES))
    found = named or next(filter(None, (shutil.which(name, path=path) for name in NAMES)), None)
    if found is None:
        raise FileNotFoundError(
            "Chromium is not installed: `scripts/needs.sh chromium` installs it, or name one in"
            " CHROMIUM"
        )
    return Path(found)
