"""Exact amounts and points at the edges: 分 ↔ 元, 万元, 亿元; millionths ↔ points. Half up, for display only."""

from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
FEN_PER_YI = 10_000_000_000
MICRO = 1_000_000
Number = Decimal | int | str


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half up, as a clerk rounds."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def yuan(fen: int) -> str:
    """ "1,234.50" of 分."""
    return f"{rounded(Decimal(fen) / FEN_PER_YUAN, 2):,}"


def wan(fen: int, digits: int = 2) -> str:
    """ "123.45" 万元 of 分."""
    return f"{rounded(Decimal(fen) / FEN_PER_WAN, digits):,}"


def yi(fen: int, digits: int = 3) -> str:
    """ "9.754" 亿元 of 分."""
    return f"{rounded(Decimal(fen) / FEN_PER_YI, digits):,}"


def fen_of_yuan(value: Number) -> int:
    """分 of 元; raises ValueError where there are parts of a 分, rather than lose them."""
    return _whole(Decimal(value) * FEN_PER_YUAN, value, "元")


def fen_of_wan(value: Number) -> int:
    """分 of 万元; raises ValueError where there are parts of a 分."""
    return _whole(Decimal(value) * FEN_PER_WAN, value, "万元")


def points(micro: int, digits: int = 2) -> str:
    """ "85.82" of millionths."""
    return str(rounded(Decimal(micro) / MICRO, digits))


def micro_of(value: Number | float | None) -> int:
    """Millionths of a number, rounded half up to the standard's six decimals; nothing is 0."""
    if value is None or value == "":
        return 0
    return int(rounded(Decimal(str(value)), 6) * MICRO)


def percent(part: int, whole: int, digits: int = 1) -> str:
    """ "39.8%" of two amounts; "—" when there is nothing to divide by."""
    return f"{rounded(Decimal(part) * 100 / whole, digits)}%" if whole else "—"


def _whole(fen: Decimal, value: Number, unit: str) -> int:
    if fen != fen.to_integral_value():
        raise ValueError(f"金额“{value}”{unit}精确到了分以下，请按分（0.01元）填写。")
    return int(fen)


def points_exact(micro: int) -> Decimal:
    """Points as an exact number, without trailing zeros: 22.5."""
    value = (Decimal(micro) / MICRO).normalize()
    return value if value.as_tuple().exponent <= 0 else value.quantize(Decimal(1))  # type: ignore[operator]
