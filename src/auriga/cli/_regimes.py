"""`auriga regimes`: what detectors say about pairs and periods, in tables and pictures."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape

from auriga.cli._options import CONFIGS, Configs, DataDir, UserDir
from auriga.cli._regimes_screen import print_study
from auriga.errors import HostError, ParameterError
from auriga.simulated import SimulationPlan, true_regimes

if TYPE_CHECKING:
    from auriga.host.evidence import PairRegimes


def regimes(
    config: Configs = CONFIGS,
    userdir: UserDir = None,
    datadir: DataDir = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--pairs", "-p", metavar="PAIR", help="Default: the whitelist")
    ] = None,
    timerange: Annotated[str | None, typer.Option(help="Period; earlier candles are warm-up")] = None,
    detector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="rules, jump, hmm or one rule; several are compared [default: as configured]"
        ),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare all detectors and rules that can answer")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help="PNG file to write [default: plot/regimes-<pair>.png in the userdir]")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write all figures to this .csv or .json")] = None,
    truth: Annotated[
        str | None, typer.Option(help="The candles are of this simulated market: compare with its truth")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of that market")] = SimulationPlan.seed,
    start: Annotated[str, typer.Option(help="First candle of that market, UTC")] = SimulationPlan.start,
) -> None:
    """Show the regimes of downloaded candles: tables and a picture for each pair."""
    from auriga.host.evidence import detector_names, read_pair_regimes
    from auriga.host.setup import listed_pairs, load_config

    if export and export.suffix not in (".csv", ".json"):
        raise ParameterError(f"--export {export} must end in .csv or .json")
    loaded = load_config(config, userdir=userdir, datadir=datadir)
    from auriga.settings import parse_settings

    settings = parse_settings(loaded.get("regime", {}))
    named = detector or [settings.detector]
    others = [name for name in detector_names() if name not in named] if compare else []
    console = Console(highlight=False, soft_wrap=True)
    figures = []
    asked = pairs or listed_pairs(loaded)
    left_out = []
    for pair in asked:
        try:
            study = read_pair_regimes(
                loaded["datadir"], pair, settings, [*named, *others],
                timerange=timerange, optional=others, data_format=loaded["dataformat_ohlcv"],
            )  # fmt: skip
        except HostError as error:
            left_out.append(error)
            continue
        study = _with_truth(study, truth, seed, start) if truth else study
        print_study(console, study)
        default = loaded["user_data_dir"] / "plot" / "regimes.png"
        target = _picture_file(picture or default, pair, single=bool(picture) and len(asked) == 1)
        _draw(console, study, target, f"SIMULATED market {truth!r}" if truth else "")
        figures.append(study.figures())
    if not figures:
        raise left_out[0]
    for why in left_out:
        console.print(f"Left out: {why}")
    if export:
        _export(pd.concat(figures, ignore_index=True), export)
        console.print(f"Figures: {export}")


def _with_truth(study: "PairRegimes", market: str, seed: int, start: str) -> "PairRegimes":
    plan = SimulationPlan(market=market, pairs=(study.pair,), seed=seed, start=start)
    truth = true_regimes(study.candles, study.timeframe, plan, study.pair)
    return replace(study, references={**study.references, "truth": truth})


def _picture_file(picture: Path, pair: str, *, single: bool) -> Path:
    """One file a pair.

    Examples
    --------
    >>> _picture_file(Path("regimes.png"), "BTC/USDT", single=False).name
    'regimes-BTC_USDT.png'
    """
    slug = pair.replace("/", "_").replace(":", "_")
    return picture if single else picture.with_stem(f"{picture.stem}-{slug}")


def _draw(console: Console, study: "PairRegimes", target: Path, caption: str) -> None:
    if find_spec("matplotlib") is None:
        hint = "No picture: matplotlib is not installed; get it with: pip install 'auriga[report]'"
        console.print(escape(hint))
        return
    from auriga.report import draw_regimes

    console.print(escape(f"Picture: {draw_regimes(study, target, caption=caption)}"))


def _export(figures: pd.DataFrame, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".csv":
        figures.to_csv(target, index=False)
    else:
        figures.to_json(target, orient="records", indent=1)
