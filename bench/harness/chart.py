"""The results as one SVG: for each scenario at 64 connections, picbed's requests/s and CPU over each peer's."""

from xml.sax.saxutils import escape

ROW = 22
LABEL_WIDTH = 330
BAR_WIDTH = 380
RATIO_MAX = 4.0
COLOURS = {"rps": "#2f6fb2", "cpu": "#c98a2b"}


def svg(results):
    rows = [
        (f"{result['label']} / {peer}", result["figures"]["picbed"], figures)
        for result in results if result["load"] == "64"
        for peer, figures in result["figures"].items() if peer != "picbed"]
    height = 62 + len(rows) * (ROW + 10)
    width = LABEL_WIDTH + BAR_WIDTH + 60
    one = LABEL_WIDTH + BAR_WIDTH / RATIO_MAX
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<text x="10" y="20" font-size="14">picbed over its peers, 64 connections</text>',
        f'<text x="10" y="38" fill="{COLOURS["rps"]}">requests/s: more is better</text>',
        f'<text x="200" y="38" fill="{COLOURS["cpu"]}">CPU per request: less is better</text>',
        f'<line x1="{one}" y1="46" x2="{one}" y2="{height - 8}" stroke="#888888" stroke-dasharray="3 3"/>',
        f'<text x="{one - 4}" y="43" text-anchor="end" fill="#666666">1×</text>',
    ]
    for number, (label, own, its) in enumerate(rows):
        top = 52 + number * (ROW + 10)
        parts.append(
            f'<text x="{LABEL_WIDTH - 8}" y="{top + 15}" text-anchor="end">{escape(label)}</text>')
        parts.append(_bar(top, own.rps / its.rps, COLOURS["rps"]))
        if its.cpu_us:
            parts.append(_bar(top + ROW // 2, own.cpu_us / its.cpu_us, COLOURS["cpu"]))
    return "\n".join([*parts, "</svg>", ""])


def _bar(top, ratio, colour):
    length = min(ratio, RATIO_MAX) / RATIO_MAX * BAR_WIDTH
    return (
        f'<rect x="{LABEL_WIDTH}" y="{top}" width="{length:.1f}" height="{ROW // 2 - 1}" fill="{colour}"/>'
        f'<text x="{LABEL_WIDTH + length + 5:.1f}" y="{top + 9}" font-size="10">{ratio:.2f}</text>')
