"""What a search means, in the plainest words: what the engines are held to."""

from leadkeep.domain.search import Search


def finds(search: Search, words: str, *, whole: bool = False) -> bool:
    """Whether the stored words of a lead fit."""
    stored = words.split(" ")
    return all(
        any(word == term if whole else word.startswith(term) for word in stored for term in terms)
        for terms in search.groups
    )
