"""The layers' colours: readable, and told apart by colour-blind people too.

Colour vision is simulated as Machado, Oliveira and Fernandes (2009) do; distances are CIEDE2000,
where about 2 is just noticeable; contrast is that of WCAG 2.1, whose least is 4.5 for text and
7 for text that is to be read easily.
"""

from itertools import combinations

import pytest
from coloraide import Color

from corpus.schema import Layer
from tests.corpora import HEDGEROW

VISIONS = ("protan", "deutan", "tritan")
PAIRS = [
    pytest.param(one, other, id=f"{one.title}-{other.title}")
    for one, other in combinations(HEDGEROW.layers.values(), 2)
]


def seen(colour: Color, vision: str | None) -> Color:
    return colour if vision is None else colour.filter(vision, 1, method="machado")


def drawn(colour: str) -> Color:
    """Return the colour of a span that is not selected: the layer's, at three tenths, on white."""
    return Color("white").mix(Color(colour), 0.3, space="srgb")


@pytest.mark.parametrize("vision", [None, *VISIONS])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_layers_are_told_apart(one: Layer, other: Layer, vision: str | None) -> None:
    for look, least in ((Color, 15), (drawn, 7)):
        pair = [seen(look(layer.colour), vision) for layer in (one, other)]
        assert pair[0].delta_e(pair[1], method="2000") > least


def test_a_layers_name_is_readable_on_its_colour_and_the_text_on_its_spans() -> None:
    for layer in HEDGEROW.layers.values():
        assert Color(layer.colour).contrast(Color("white"), method="wcag21") >= 4.5
        assert drawn(layer.colour).contrast(Color("black"), method="wcag21") >= 7
