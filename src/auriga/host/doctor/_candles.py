"""Downloaded candles: holes, duplicates, contradictions, missing files, an end before the timerange's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pandas as pd

from auriga.candles import CandleReport, Problem, inspect_candles, timeframe_delta
from auriga.candles import Finding as Found
from auriga.host.examination import Examination, Finding, Level, fine, shown
from auriga.host.setup import download_command

_OUTAGE = pd.Timedelta(hours=24)
"""Exchanges stand still for hours; longer holes are holes of the download."""
_KINDS = {
    Problem.UNSORTED: "candle_order",
    Problem.DUPLICATED: "candle_duplicate",
    Problem.CONTRADICTION: "candle_contradiction",
}


def candles(exam: Examination) -> Iterator[Finding]:
    """Inspect every file that the run reads, from the first candle it reads on."""
    holes: dict[str, dict[str, str]] = defaultdict(dict)
    worst: dict[str, Level] = defaultdict(lambda: Level.WARNING)
    ends: dict[str, dict[str, pd.Timestamp]] = defaultdict(dict)
    found: list[Finding] = []
    for pair, timeframe in exam.series:
        frame = exam.stored(pair, timeframe)
        if frame.empty:
            found.append(_absent(exam, pair, timeframe))
            continue
        end = frame["date"].max() + timeframe_delta(timeframe)
        if end + timeframe_delta(timeframe) <= exam.span[1]:  # the last slow candle may not be over
            ends[pair][timeframe] = end
        read = _read(exam, frame, timeframe)
        report = inspect_candles(read, timeframe)
        found += _damage(exam, pair, timeframe, report)
        if hole := _hole(report):
            longest = _longest_hole(read, timeframe)
            holes[pair][timeframe] = _hole_text(exam, timeframe, hole, longest)
            worst[pair] = Level.WRONG if longest > _OUTAGE else worst[pair]
    found += [_ended(exam, pair, ended) for pair, ended in ends.items()]
    found += [_gap(exam, pair, texts, worst[pair]) for pair, texts in holes.items()]
    yield from found or [
        fine("candles", f"{len(exam.series)} series of candles without holes, duplicates or contradictions")
    ]


def download(
    exam: Examination,
    pair: str,
    timeframes: Iterable[str],
    start: pd.Timestamp | None = None,
    stop: pd.Timestamp | None = None,
    *options: str,
) -> str:
    """Return the command that gets candles, earlier ones from `start` on."""
    earlier = () if start is None else ("--prepend",)
    return download_command(pair, timeframes, start, stop, *earlier, *options, config=exam.config)


def _read(exam: Examination, frame: pd.DataFrame, timeframe: str) -> pd.DataFrame:
    """Candles that the run reads: the training period and the start-up candles before the timerange, too."""
    startup = int(exam.strategy.startup_candle_count) * timeframe_delta(timeframe)
    read = frame[(frame["date"] >= exam.train_start - startup) & (frame["date"] < exam.span[1])]
    return read.reset_index(drop=True)


def _absent(exam: Examination, pair: str, timeframe: str) -> Finding:
    start = exam.train_start - int(exam.strategy.startup_candle_count) * timeframe_delta(timeframe)
    if damage := exam.files.damage(pair, timeframe):
        return Finding(
            "candle_damage", Level.WRONG, f"{pair} {timeframe}: {damage}",
            f"remove the file and get it again: {download(exam, pair, [timeframe], start, exam.span[1])}",
        )  # fmt: skip
    return Finding(
        "candle_missing", Level.WRONG, f"no {timeframe} candles of {pair} in {exam.datadir}",
        download(exam, pair, [timeframe], start, exam.span[1]),
    )  # fmt: skip


def _ended(exam: Examination, pair: str, ends: dict[str, pd.Timestamp]) -> Finding:
    """Freqtrade backtests what there is of a timerange, without a word."""
    stop, end, timeframes = exam.span[1], min(ends.values()), in_order(ends)
    return Finding(
        "candle_end", Level.WRONG if stop - end >= pd.Timedelta(days=1) else Level.WARNING,
        f"{pair} {', '.join(timeframes)} candles end at {end:%Y-%m-%d %H:%M}, the timerange at "
        f"{stop:%Y-%m-%d %H:%M}, and Freqtrade would backtest the shorter one without a word",
        f"end the timerange at {end:%Y%m%d}, or get more: {download(exam, pair, timeframes)}",
    )  # fmt: skip


def in_order(timeframes: Iterable[str]) -> list[str]:
    """Timeframes, the fastest first."""
    return sorted(timeframes, key=timeframe_delta)


def _damage(exam: Examination, pair: str, timeframe: str, report: CandleReport) -> Iterator[Finding]:
    for found in report.findings:
        if found.problem.tolerable:
            continue
        yield Finding(
            _KINDS.get(found.problem, "candle_damage"), Level.WRONG, f"{pair} {timeframe}: {found}",
            f"remove the file from {exam.datadir} and get it again: {download(exam, pair, [timeframe])}",
        )  # fmt: skip


def _hole(report: CandleReport) -> Found | None:
    return next((found for found in report.findings if found.problem is Problem.MISSING), None)


def _longest_hole(frame: pd.DataFrame, timeframe: str) -> pd.Timedelta:
    steps = frame["date"].drop_duplicates().sort_values().diff().max()
    longest: pd.Timedelta = steps - timeframe_delta(timeframe)
    return longest


def _hole_text(exam: Examination, timeframe: str, hole: Found, longest: pd.Timedelta) -> str:
    hours = longest / pd.Timedelta(hours=1)
    when = f"first at {hole.first_at:%Y-%m-%d %H:%M}, at most {hours:.3g} hours"
    text = f"{hole.count} candles of {timeframe} ({when})"
    if timeframe != exam.timeframe:
        return text
    asked = (exam.span[1] - exam.train_start) / timeframe_delta(timeframe)
    return f"{text}, {hole.count / asked:.3%} of the rows"


def _gap(exam: Examination, pair: str, texts: dict[str, str], level: Level) -> Finding:
    if level is Level.WARNING:
        remedy = (
            "an outage of the exchange cannot be downloaded: Freqtrade fills it with silent "
            "candles, on which nothing is traded; if other pairs do not have it, download the pair again"
        )
    else:
        first = min(exam.stored(pair, timeframe)["date"].min() for timeframe in texts)
        again = download_command(pair, in_order(texts), first, None, "--erase", config=exam.config)
        remedy = f"no exchange is silent that long; download the pair again: {again}"
    return Finding("candle_gap", level, f"{pair} lacks {shown(list(texts.values()), most=4)}", remedy)
