"""What is read in more than one place: people by words."""

from django.db.models import Q

SEARCHED = ("last_name", "first_name", "email", "position")


def matching(wanted: str) -> Q:
    """Users with every word somewhere in name, address or position."""
    condition = Q()
    for word in wanted.split():
        for_word = Q()
        for spelling in {word, word.lower(), word.capitalize()}:  # SQLite folds the case of Latin letters only
            for field in SEARCHED:
                for_word |= Q(**{f"{field}__icontains": spelling})
        condition &= for_word
    return condition
