"""Settings whose mistake shows late: options that shuffle, pairs of another currency, what is ignored."""

from collections.abc import Callable, Iterator

from freqtrade.exceptions import FreqtradeException

from auriga.host.checks import check_market, check_thresholds
from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.freeze import open_frozen, require_fit
from auriga.host.rows import require_sources
from auriga.host.seals import facts
from auriga.host.setup import require_supported_options
from auriga.host.signals import Thresholds

_SHUFFLES = ("shuffle", "reverse_train_test_order")


def settings(exam: Examination) -> Iterator[Finding]:
    """Ask what is asked at a start, and what no start asks."""
    found = [finding for look in _OF_THE_CONFIGURATION for finding in look(exam)]
    yield from found
    if any(finding.level is Level.WRONG for finding in found) and not exam.loadable:
        return  # loading would say the same again
    of_the_strategy = [finding for look in _OF_THE_STRATEGY for finding in look(exam)]
    yield from of_the_strategy
    if exam.assumed:
        yield fine(
            "settings",
            f"no closed --timerange: looked at the last candles, {exam.config['timerange']}; name "
            "the one of the run",
        )
    elif not found and not of_the_strategy:
        yield fine("settings", "settings, thresholds and pairs fit each other")


def _refused(exam: Examination) -> Iterator[Finding]:
    """What a start refuses, all of it at once."""
    groups = exam.settings.features.groups
    freqai = exam.config["freqai"]
    for check in (
        lambda: require_supported_options(freqai),
        lambda: check_market(exam.config, exam.settings),
        lambda: require_sources(exam.config, groups),
    ):
        yield from _complaint(check)


def _complaint(check: Callable[[], None]) -> Iterator[Finding]:
    try:
        check()
    except FreqtradeException as error:
        for line in str(error).splitlines():
            if line.endswith(":"):
                continue
            name = "shuffled" if any(f".{sign}" in line for sign in _SHUFFLES) else "refused_setting"
            what, _, remedy = line.removesuffix(".").rpartition(". ")
            yield Finding(name, Level.WRONG, what or line, remedy if what else "")


def _frozen(exam: Examination) -> Iterator[Finding]:
    """What a start with frozen models refuses: files, versions, settings and pairs."""
    if exam.frozen is None:
        return
    told = exam.config | {"regime": {"frozen_models": exam.frozen}}
    try:
        models = open_frozen(exam.userdir, exam.frozen)
        if models is not None:
            known = facts(exam.config, exam.settings, type(exam.glue), exam.strategy)
            require_fit(models, known, told)
    except FreqtradeException as error:
        yield Finding("frozen_models", Level.WRONG, " ".join(str(error).split()))


def _thresholds(exam: Examination) -> Iterator[Finding]:
    """A strategy of another base class may have thresholds that nothing has looked at."""
    thresholds = getattr(exam.strategy, "thresholds", None)
    if isinstance(thresholds, Thresholds):
        yield from _complaint(lambda: check_thresholds(thresholds))


def _stake_currency(exam: Examination) -> Iterator[Finding]:
    stake = exam.config.get("stake_currency")
    foreign = [pair for pair in exam.pairs if pair.split("/")[-1].split(":")[0] != stake]
    if foreign:
        yield Finding(
            "stake_currency", Level.WRONG,
            f"{', '.join(foreign)} is not traded in stake_currency {stake}, and Freqtrade drops it "
            "with a line in the log",
            f"take it out of exchange.pair_whitelist, or name its {stake} pair",
        )  # fmt: skip


def _label_period(exam: Examination) -> Iterator[Finding]:
    told = exam.config["freqai"]["feature_parameters"].get("label_period_candles")
    horizon = exam.settings.label.horizon
    if told is not None and told != horizon:
        yield Finding(
            "ignored_option", Level.WARNING,
            f"freqai.feature_parameters.label_period_candles is {told}, but rows are purged by "
            f"regime.label.horizon, {horizon}",
            "remove the first, or set both to what set_freqai_targets looks ahead",
        )  # fmt: skip


def _every_loop(exam: Examination) -> Iterator[Finding]:
    if not exam.strategy.process_only_new_candles:
        yield Finding(
            "process_only_new_candles", Level.WRONG,
            f"{type(exam.strategy).__name__}.process_only_new_candles is False, so a live bot "
            "predicts every few seconds from a candle that is not over",
            "set it to True in the strategy (and not to false in the configuration)",
        )  # fmt: skip


def _base_timeframe(exam: Examination) -> Iterator[Finding]:
    listed = exam.config["freqai"]["feature_parameters"]["include_timeframes"]
    if exam.timeframe not in listed:
        yield Finding(
            "base_timeframe", Level.WARNING,
            f"freqai.feature_parameters.include_timeframes is {listed}, without the base timeframe "
            f"{exam.timeframe}",
            f"add {exam.timeframe!r}, unless the models are meant to see slow features alone",
        )  # fmt: skip


Look = Callable[[Examination], Iterator[Finding]]

_OF_THE_CONFIGURATION: tuple[Look, ...] = (_refused, _stake_currency, _label_period)
_OF_THE_STRATEGY: tuple[Look, ...] = (_frozen, _thresholds, _every_loop, _base_timeframe)
