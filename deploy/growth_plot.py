"""How a search grows with the passages, drawn: milliseconds and megabytes against their number, both axes by tens."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 34, 46
LINES = (("p50 ms", "#2563eb", ""), ("p99 ms", "#9333ea", ""), ("shelf MB", "#0d9488", "5 4"))
INDEXED = (("p50 ms", "#ea580c", ""), ("p99 ms", "#dc2626", ""))
GREY = "#475569"
LOWEST, HIGHEST = 0.1, 10_000.0


def growth_plot(figures: Mapping[str, Mapping[str, float]]) -> str:
    """SVG of `bench_search`'s figures; rows of several tenants are not drawn."""
    plain = {_size(name): row for name, row in figures.items() if len(name.split()) == 1}
    indexed = {_size(name): row for name, row in figures.items() if name.endswith("indexed")}
    sizes = sorted(plain)
    parts = [*_axes(sizes)]
    legend = 0
    for rows, lines, word in ((plain, LINES, ""), (indexed, INDEXED, ", vector index")):
        for name, colour, dash in lines:
            points = [(size, rows[size][name]) for size in sorted(rows) if rows[size].get(name, 0) > 0]
            if points:
                parts += _line(points, sizes, colour, dash)
                parts.append(_word(f"{name}{word}", WIDTH - RIGHT + 34, TOP + 14 + 22 * legend, colour))
                legend += 1
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, sans-serif">'
    )
    title = "<title>Time and memory of a search against the passages of one tenant</title>"
    return "\n".join([head, title, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *parts, "</svg>"]) + "\n"


def _size(name: str) -> int:
    return int(name.split(maxsplit=1)[0].replace(",", ""))


def _axes(sizes: Sequence[int]) -> list[str]:
    parts = [
        _word("ms, MB", LEFT - 46, TOP - 14, GREY),
        _word("passages", WIDTH - RIGHT - 56, HEIGHT - 8, GREY),
    ]
    for power in range(int(math.log10(LOWEST)), int(math.log10(HIGHEST)) + 1):
        y = _y(10.0**power)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e2e8f0"/>')
        parts.append(_word(f"{10.0**power:g}", LEFT - 46, y + 4, GREY))
    return parts + [_word(f"{size:,}", _x(size, sizes) - 22, HEIGHT - BOTTOM + 20, GREY) for size in sizes]


def _line(points: Sequence[tuple[int, float]], sizes: Sequence[int], colour: str, dash: str) -> list[str]:
    places = [(_x(size, sizes), _y(value)) for size, value in points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    drawn = f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
    return [drawn, *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)]


def _word(text: str, x: float, y: float, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{colour}">{text}</text>'


def _x(size: int, sizes: Sequence[int]) -> float:
    low, high = math.log10(sizes[0]), math.log10(max(sizes[-1], sizes[0] * 10))
    return LEFT + 24 + (WIDTH - LEFT - RIGHT - 48) * (math.log10(size) - low) / (high - low)


def _y(value: float) -> float:
    low, high = math.log10(LOWEST), math.log10(HIGHEST)
    share = (math.log10(min(max(value, LOWEST), HIGHEST)) - low) / (high - low)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
