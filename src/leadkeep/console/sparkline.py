"""Numbers as a line so small that it stands in a row of a table."""

from collections.abc import Sequence

WIDTH, HEIGHT = 96, 20


def sparkline(numbers: Sequence[int]) -> str:
    """The path of an SVG of WIDTH by HEIGHT: zero lies at its foot, the most at its top."""
    most = max(numbers, default=0) or 1
    step = (WIDTH - 2) / max(1, len(numbers) - 1)
    points = (
        f"{1 + at * step:.1f} {HEIGHT - 1 - (HEIGHT - 2) * number / most:.1f}"
        for at, number in enumerate(numbers)
    )
    return "M" + "L".join(points)
