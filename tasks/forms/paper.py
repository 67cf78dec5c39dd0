"""XlsxWriter's worksheet, with its innermost loop made short: the same bytes in two thirds of the time.

A form is hundreds of cells, most of them blank with a frame. A test compares its workbooks with those of the
plain worksheet, byte for byte, so that another version of the library that differs is seen at once.
"""

from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellStringTuple, Worksheet

from tasks.forms.shape import cell_name


class Paper(Worksheet):
    """Cells are named by row and column only, never "A1"."""

    write_string = Worksheet._write_string
    write_number = Worksheet._write_number

    def __init__(self) -> None:
        super().__init__()
        self.blanks: dict[Format, CellBlankTuple] = {}  # one for all cells of a format

    def _write_blank(self, row: int, col: int, _: Any, cell_format: Format | None = None) -> Literal[0, -1]:
        if cell_format is None or self._check_dimensions(row, col):
            return super()._write_blank(row, col, None, cell_format)
        self.table[row][col] = self.blanks.get(cell_format) or self.blanks.setdefault(
            cell_format, CellBlankTuple(cell_format)
        )
        return 0

    write_blank = _write_blank

    def _calculate_spans(self) -> None:
        if self.comments:
            super()._calculate_spans()
            return
        blocks: dict[int, set[int]] = {}  # which columns are used in each 16 rows
        for row, cells in self.table.items():
            blocks.setdefault(row // 16, set()).update(cells)
        self.row_spans = {block: f"{min(used) + 1}:{max(used) + 1}" for block, used in blocks.items() if used}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        if kind is CellBlankTuple:
            self.fh.write(f'<c r="{cell_name(row, col)}" s="{cell.format._get_xf_index()}"/>')
        elif kind is CellStringTuple and cell.format:
            place, style = cell_name(row, col), cell.format._get_xf_index()
            self.fh.write(f'<c r="{place}" s="{style}" t="s"><v>{cell.string}</v></c>')
        else:
            super()._write_cell(row, col, cell)
