import pytest

from leadkeep.domain.spreadsheet import cell_of, csv_lines, guarded


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "+1-555-0100"]
)
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["+491701234567", "+49 170 1234567", "Ada", "a@b.example", "", "1-2", "'"])
def test_what_begins_no_formula_stays_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_cells_are_text_json_or_nothing() -> None:
    assert [cell_of(value) for value in ("=1", None, {"a": 1}, 3)] == ["'=1", "", '{"a":1}', "3"]
    assert csv_lines([["a,b", 'say "hi"'], ["", "ü"]]) == '"a,b","say ""hi"""\r\n,ü\r\n'
