"""The table of labels says of each what its docstring says."""

import json

from docs.tables import labels as page

from auriga import labels


def cells() -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.table().splitlines()[2:]]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_label_has_a_full_row() -> None:
    assert set(cells()) == set(labels.__all__) - {"direction_classes", "paused"}
    assert all(len(row) == 4 and all(row) for row in cells().values())
    assert cells()["triple_barrier"][1] == "candles t to t + horizon"
    assert cells()["future_return"][2].startswith("NaN for the last `horizon` candles")


def test_costs_come_from_the_file_of_costs(tmp_path, monkeypatch) -> None:
    costs = tmp_path / "costs.json"
    monkeypatch.setattr(page, "_COSTS", costs)
    assert cells()["direction"][3] == "-"
    costs.write_text(json.dumps({"labels": {"direction": 26.04}}))
    assert (cells()["direction"][3], cells()["meta_label"][3]) == ("26.0", "-")
