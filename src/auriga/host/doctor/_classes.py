"""What each window has to learn from: classes, and rows of each regime."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from auriga.host.examination import Examination, Finding, Level, fine, shown
from auriga.host.rows import TrainingTable, label_classes
from auriga.host.seals import Window
from auriga.typing import Regime
from auriga.wording import counted

_RARE = 0.02


def classes(exam: Examination) -> Iterator[Finding]:
    """Count classes and regimes in the rows of each window."""
    empty: list[str] = []
    single: list[str] = []
    rare: dict[str, float] = {}
    short: Counter[Regime] = Counter()
    n_models = 0
    for window in exam.windows:
        for owner in exam.owners:
            n_models += 1
            name = f"{window.trained_on} ({owner or 'all pairs'})"
            rows = exam.window_rows(window, owner)
            if rows is None or not len(rows):
                empty.append(f"{name}: {_why_empty(exam, window, owner)}")
                continue
            shares = _shares(exam, rows)
            if len(shares) == 1:
                single.append(f"{name}: {counted(len(rows), 'row')}, all {next(iter(shares))!r}")
            rare |= {f"{label!r} in {name}": share for label, share in shares.items() if share < _RARE}
            short.update(_short(exam, rows))
    yield from _untrainable(empty, single)
    yield from _rare(rare)
    experts = list(_experts(exam, short, n_models))
    yield from experts
    if not empty and not single and not rare and not experts:
        yield fine("classes", _summary(exam, short, n_models))


def _why_empty(exam: Examination, window: Window, owner: str | None) -> str:
    pairs = exam.known_pairs if owner is None else [owner]
    stop = exam.glue.learn_stop(window.train_stop)
    texts = [exam.market.rows(pair).missing(window.train_start, stop) for pair in pairs]
    return "; ".join(text for text in texts if text) or "no candles"


def _shares(exam: Examination, rows: TrainingTable) -> dict[str, float]:
    if exam.settings.label.regression:
        return {"one value": 1.0} if np.all(rows.target == rows.target[0]) else {"lower": 0.5, "higher": 0.5}
    names, counts = np.unique(rows.target, return_counts=True)
    shares = dict(zip(names.tolist(), (counts / len(rows)).tolist(), strict=True))
    if len(shares) > 1:
        shares |= {name: 0.0 for name in label_classes(exam.settings.label) if name not in shares}
    return shares


def _short(exam: Examination, rows: TrainingTable) -> list[Regime]:
    """Regimes with fewer rows than an expert needs."""
    counts = {regime: int(np.sum(rows.regimes == regime)) for regime in Regime.known()}
    return [regime for regime, count in counts.items() if count < exam.settings.min_samples]


def _untrainable(empty: list[str], single: list[str]) -> Iterator[Finding]:
    if empty:
        yield Finding(
            "empty_window", Level.WRONG,
            f"no row to learn from in {counted(len(empty), 'window')}: {shown(empty, most=2)}",
            "download earlier candles, or start the timerange later",
        )  # fmt: skip
    if single:
        yield Finding(
            "one_class", Level.WRONG,
            f"one class alone in {counted(len(single), 'window')}: {shown(single, most=3)}",
            "nothing is predicted after them: lengthen freqai.train_period_days, or change regime.label "
            "(threshold, barriers, horizon) so that every class occurs",
        )  # fmt: skip


def _rare(rare: dict[str, float]) -> Iterator[Finding]:
    if rare:
        listed = [f"{name} {share:.2%}" for name, share in sorted(rare.items(), key=lambda item: item[1])]
        yield Finding(
            "rare_class", Level.WARNING,
            f"classes below {_RARE:.0%} of a window's rows: {shown(listed, most=3)}",
            "set regime.balance_classes to true, or move the label's threshold or barriers",
        )  # fmt: skip


def _experts(exam: Examination, short: Counter[Regime], n_models: int) -> Iterator[Finding]:
    """Experts that no window can train: the split then is none for that regime."""
    if exam.settings.scheme in ("pooled", "pooled_with_regime"):
        return
    never = [regime.label for regime in Regime.known() if short[regime] == n_models]
    if never:
        yield Finding(
            "no_expert", Level.WARNING,
            f"{' and '.join(never)}: no window has {exam.settings.min_samples} rows of it "
            "(regime.min_samples), so the model of all rows answers there",
            "lower regime.min_samples, lengthen train_period_days or expert_train_period_days, or "
            "loosen the rules of the regime; nothing breaks if you leave it",
        )  # fmt: skip


def _summary(exam: Examination, short: Counter[Regime], n_models: int) -> str:
    falls = [f"{regime.label} {short[regime]}" for regime in Regime.known() if short[regime]]
    text = f"{n_models} models see every class"
    if exam.settings.scheme in ("pooled", "pooled_with_regime"):
        return text
    told = (
        f"of {n_models} models fall back for want of rows: {', '.join(falls)}" if falls else "none falls back"
    )
    return f"{text}; experts, {told}"
