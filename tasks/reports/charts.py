"""Charts as PNG bytes: drawn with a Chinese font that the project brings, no screen needed."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from pylopdf_fonts_zh_cn import sans_path

COLOURS = {
    "优": "#2e7d32",
    "良": "#1f4e8c",
    "中": "#e0a100",
    "差": "#b00020",
    "红": "#c62828",
    "黄": "#e0a100",
    "绿": "#2e7d32",
    "蓝": "#1f4e8c",
}
PLAIN = "#1f4e8c"


@cache
def chinese(size: float) -> FontProperties:
    """Noto Sans SC at a size."""
    return FontProperties(fname=str(sans_path()), size=size)


def bars(labels: Sequence[str], values: Sequence[float], unit: str, *, lying: bool = False) -> bytes:
    """A bar chart with the number at each bar; `lying` for long labels."""
    height = max(2.4, 0.34 * len(labels) + 0.6) if lying else 2.8
    made = Figure(figsize=(6.4, height), dpi=160)
    axes = made.add_subplot()
    colours = [COLOURS.get(label[:1], PLAIN) for label in labels]
    places = list(range(len(labels)))
    shown = [f"{value:g}" for value in values]
    if lying:
        drawn = axes.barh(places, values, color=colours, height=0.62)
        axes.set_yticks(places, labels, fontproperties=chinese(9))
        axes.invert_yaxis()
    else:
        drawn = axes.bar(places, values, color=colours, width=0.55)
        axes.set_xticks(places, labels, fontproperties=chinese(10))
    axes.bar_label(drawn, shown, padding=3, fontproperties=chinese(9))
    axes.margins(0.12 if lying else 0.15)
    (axes.xaxis if lying else axes.yaxis).set_visible(False)  # each bar bears its number
    for side in ("top", "right", "bottom" if lying else "left"):
        axes.spines[side].set_visible(False)
    axes.set_title(f"单位：{unit}", loc="left", fontproperties=chinese(9))
    out = BytesIO()
    if lying:  # room for long labels
        made.savefig(out, format="png", bbox_inches="tight", metadata={"Software": None})
    else:
        made.subplots_adjust(left=0.02, right=0.98, top=0.9, bottom=0.12)
        made.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
