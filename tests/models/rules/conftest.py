"""Cells are read afresh in each test: what one test read must not hide a mistake from the next."""

import pytest

from models.rules.indicators import read_indicator
from models.rules.values import parse_cell


@pytest.fixture(autouse=True)
def _read_afresh():
    read_indicator.cache_clear()
    parse_cell.cache_clear()
