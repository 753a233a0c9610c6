"""What our own server adds to Label Studio's pages: one setting of the browser, if it has none.

A new span is selected as soon as it is drawn, so that what can be said about it is there at once.
Label Studio keeps that setting in each browser and off, and no labelling config can switch it on.
It is for schemas whose every layer asks for a value: the key of another layer, pressed while a span
is still selected, relabels that span, and then only the missing value gives it away.
"""

from collections.abc import Callable
from typing import Any

SCRIPT = b"""<script>
try {
  const key = "labelStudio:settings";
  if (!localStorage.getItem(key)) localStorage.setItem(key, '{"selectAfterCreate": true}');
} catch {}
</script>"""


def new_spans_selected(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return Django middleware that gives each page the script."""

    def answer(request: Any) -> Any:
        response = get_response(request)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if html and not response.streaming:
            response.content = response.content.replace(b"<head>", b"<head>" + SCRIPT, 1)
            if "Content-Length" in response.headers:
                response.headers["Content-Length"] = str(len(response.content))
        return response

    return answer
