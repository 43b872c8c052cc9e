"""All that the product itself says in Russian; names of people and things are data and stay as they are."""

import gettext
import re

from tests.support.sandbox import ROOT

SHORTEST = 12  # a piece of a sentence with fewer letters might be part of somebody's title


def captions() -> set[str]:
    """Whole texts, as the catalogues have them."""
    said_here: set[str] = set()
    for path in (ROOT / "src" / "vizavi").glob("*/locale/ru/LC_MESSAGES/django.mo"):
        with path.open("rb") as catalogue:
            said_here |= {str(text) for text in gettext.GNUTranslations(catalogue)._catalog.values()}
    return {text for text in said_here if re.search("[а-яё]{2}", text)}


def pieces() -> set[str]:
    """What stands between the values of the sentences: at least two words."""
    found = {piece.strip() for text in captions() for piece in re.split(r"%\(\w+\)\w|[\n“”«»]", text)}
    return {piece for piece in found if len(piece) >= SHORTEST and re.search("[а-яё]{2,}.* .*[а-яё]{2}", piece)}
