"""The measurements with backtests: each returns one section of the report."""

import shutil
from collections.abc import Callable

from auriga.settings import parse_settings
from benchmarks.speed._alternate import ARMS, alternate, failure_note
from benchmarks.speed._losses import experts, log_losses
from benchmarks.speed._overlays import PAIRS, Arm
from benchmarks.speed._plan import Plan
from benchmarks.speed._process import Usage
from benchmarks.speed._runs import Case, Workplace
from benchmarks.speed._statistics import median_usage, ratio, verdict
from benchmarks.speed._tables import COMPARED, Section, compare_runs

_SCHEME = ("scheme", "pairs", "sample_every", "expert_trees", "expert_learning_rate", "min_samples")


def _runner(place: Workplace, name: str, cases: dict[Arm, Case]) -> Callable[[Arm, int], Usage]:
    """Backtest in a folder that no earlier run used."""

    def run(arm: Arm, turn: int) -> Usage:
        folder = f"{name}-{arm}-{turn}"
        shutil.rmtree(place.folder / folder, ignore_errors=True)
        return place.backtest(folder, arm, cases[arm])

    return run


def _case_words(case: Case) -> str:
    trees = ", ".join(f"{name} {value}" for name, value in (case.trees or {}).items()) or "shipped parameters"
    return (
        f"{', '.join(PAIRS)}; {case.windows} window(s) of {case.backtest_days} days, trained on "
        f"{case.train_days} days; {trees}."
    )


def _scheme_words(place: Workplace, case: Case) -> str:
    """How ours trains, since equal tree parameters do not say how many rows and models there are."""
    settings = parse_settings(place.shipped.get("regime", {}) | (case.regime or {})).model_dump(mode="json")
    words = [f"{name} {'by default' if settings[name] is None else settings[name]}" for name in _SCHEME]
    return f"Ours trains with {', '.join(words)} (what that means: `docs/settings.md`)."


def same_trees(place: Workplace, plan: Plan, deadline: float) -> Section:
    """Same tree parameters: ours with three experts and the fallback against stock's one model."""
    case = plan.same
    turns = alternate(
        _runner(place, "same", dict.fromkeys(ARMS, case)), plan.least, plan.most, deadline=deadline
    )
    trained = [f"{arm} {place.trainings(f'same-{arm}-0.log')}" for arm in ARMS if turns.usages[arm]]
    notes = [
        _case_words(case),
        "Everything else is each side's default: LightGBM's, except for ours sorting features into 63 bins "
        "where LightGBM has 255. Ours trains an expert for each regime and the fallback, stock one model for "
        "each pair.",
        _scheme_words(place, case),
        *turns.notes(),
        f"Trainings the logs tell of: {', '.join(trained)}.",
        *_experts_note(place),
    ]
    rows = compare_runs(turns.usages["ours"], turns.usages["stock"], {"wall": 0.60, "peak": 0.70})
    return Section("Same tree parameters", COMPARED, rows, notes)


def _experts_note(place: Workplace) -> list[str]:
    """Which of our models answered in the first run."""
    try:
        names = experts(place.models("same-ours-0", "ours"))
    except FileNotFoundError:
        return []
    return [f"Ours answered with: {', '.join(names)}."]


def shipped_defaults(place: Workplace, plan: Plan, deadline: float) -> Section:
    """Our shipped defaults against stock with Freqtrade's example parameters."""
    cases: dict[Arm, Case] = {"ours": plan.shipped, "stock": plan.example}
    turns = alternate(_runner(place, "shipped", cases), plan.example_repeats, plan.example_repeats)
    notes = [
        f"Ours: {_case_words(plan.shipped)}",
        _scheme_words(place, plan.shipped),
        f"Stock: {_case_words(plan.example)}",
        "The latter is what the docstring of Freqtrade's `FreqaiExampleHybridStrategy`, its example for "
        "classifiers, gives; everything else is LightGBM's default. Features are the same on both sides.",
        *turns.notes(),
    ]
    rows = compare_runs(turns.usages["ours"], turns.usages["stock"], {"wall": 0.20})
    if not turns.failures:
        rows.append(_loss_row(place, plan, notes))
    return Section("Shipped defaults against Freqtrade's example parameters", COMPARED, rows, notes)


def _loss_row(place: Workplace, plan: Plan, notes: list[str]) -> list[str]:
    models = {arm: place.models(f"shipped-{arm}-0", arm) for arm in ARMS}
    losses = log_losses(place.candles.folder, models, PAIRS, plan.shipped.train_days)
    gain = losses.gain
    notes.append(
        f"Log-loss over {losses.rows} predictions, up or not after 12 candles: a constant (share of rises in "
        f"the training window) has {losses.constant:.5f}. Ours is better than stock by "
        f"{gain.estimate:.0f} [{gain.low:.0f}, {gain.high:.0f}] in 1e-5 nats (95 %, resampling days)."
    )
    part = f"{ratio(losses.ours, losses.stock):.3f}"
    cells = [f"{losses.ours:.5f}", f"{losses.stock:.5f}", part, "", "lower"]
    return ["log-loss, nats", *cells, "met" if losses.ours < losses.stock else "missed"]


def growth(place: Workplace, plan: Plan, deadline: float) -> Section:
    """Four times the range: how much more time and memory it takes."""
    header = ["", f"{plan.short.test_days} days", f"{plan.long.test_days} days", "ratio", "target", ""]
    notes, rows = [_case_words(plan.long)], []
    for arm in ARMS:
        repeats = plan.growth_repeats if arm == "ours" else 1
        names = {"short": plan.short, "long": plan.long}
        runs = {
            name: alternate(_runner(place, name, dict.fromkeys(ARMS, case)), repeats, repeats, arms=(arm,))
            for name, case in names.items()
        }
        failures = [failure for turns in runs.values() for failure in turns.failures]
        notes += [f"{arm}: {repeats} run(s) each.", *map(failure_note, failures)]
        if not failures:
            usages = [median_usage(turns.usages[arm]) for turns in runs.values()]
            rows += _growth_rows(arm, usages[0], usages[1], 4.3 if arm == "ours" else None)
    return Section("Growth with the range", header, rows, notes)


def _growth_rows(arm: Arm, short: Usage, long: Usage, target: float | None) -> list[list[str]]:
    value = ratio(long.wall, short.wall)
    wanted = "" if target is None else f"<= {target}"
    wall = [f"{short.wall:.1f}", f"{long.wall:.1f}", f"{value:.2f}", wanted, verdict(value, target)]
    peak = [f"{short.peak:.0f}", f"{long.peak:.0f}", f"{ratio(long.peak, short.peak):.2f}", "", ""]
    return [[f"{arm}: wall, s", *wall], [f"{arm}: peak memory, MiB", *peak]]


def second_run(place: Workplace, plan: Plan, deadline: float) -> Section:
    """The same backtest again, and hyperopt epochs, on the cached predictions of the growth run."""
    name, case = "long-ours-0", plan.long
    first, before = place.usages[f"{name}.log"], place.trainings(f"{name}.log")
    again = place.backtest(name, "ours", case)
    rows = [
        ["first backtest", f"{first.wall:.1f}", str(before)],
        ["the same again", f"{again.wall:.1f}", str(place.trainings(f"{name}.log"))],
    ]
    epochs = [_hyperopt(place, name, case, count) for count in plan.epochs]
    each = (epochs[1].wall - epochs[0].wall) / (plan.epochs[1] - plan.epochs[0])
    for count, usage in zip(plan.epochs, epochs, strict=True):
        trained = place.trainings(f"{name}-hyperopt-{count}.log")
        rows.append([f"hyperopt, {count} epoch(s)", f"{usage.wall:.1f}", str(trained)])
    notes = [] if before else ["**The first log tells of no training: its wording must have changed.**"]
    notes += [
        _case_words(case),
        f"One hyperopt epoch: {each:.2f} s (difference of the two runs, one worker). Trainings are counted "
        "in the log; 0 is the target for all rows but the first.",
    ]
    return Section("Second run under the same identifier", ["ours", "wall, s", "trainings"], rows, notes)


def _hyperopt(place: Workplace, name: str, case: Case, epochs: int) -> Usage:
    span = ["--timerange", place.candles.timerange(case.test_days)]
    what = ["--spaces", "enter", "exit", "--hyperopt-loss", "SharpeHyperOptLossDaily", "--random-state", "1"]
    count = ["--epochs", str(epochs), "-j", "1", "--disable-param-export"]
    log = f"{name}-hyperopt-{epochs}.log"
    return place.freqtrade("hyperopt", [*span, *what, *count], place.folder / name, "ours", case, log)
