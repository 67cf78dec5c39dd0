"""Exact amounts at the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.amounts import fen_of_wan, fen_of_yuan, micro_of, percent, points, points_exact, wan, yi, yuan


def test_the_districts_figure_is_exact() -> None:
    assert yi(fen_of_yuan("975400000.00")) == "9.754"


def test_half_a_unit_is_rounded_up_for_display_only() -> None:
    assert points(59_995_000) == "60.00"
    assert points(59_994_999) == "59.99"
    assert wan(50_005_000) == "50.01"


def test_parts_of_a_fen_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="请按分"):
        fen_of_yuan("0.001")
    assert fen_of_wan("0.000001") == 1


def test_nothing_to_divide_by_is_not_zero_percent() -> None:
    assert percent(1, 0) == "—"
    assert percent(8757, 22000) == "39.8%"


@given(st.integers(min_value=0, max_value=10**15))
def test_yuan_and_back(fen: int) -> None:
    assert fen_of_yuan(yuan(fen).replace(",", "")) == fen


@given(st.integers(min_value=0, max_value=100_000_000))
def test_points_and_back(micro: int) -> None:
    assert micro_of(str(points_exact(micro))) == micro
