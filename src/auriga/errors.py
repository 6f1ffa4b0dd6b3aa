"""Exceptions of the package, and an error as a part of a sentence. Messages name the value and the remedy."""


class AurigaError(Exception):
    """Base class of every error that Auriga raises on purpose."""


class CandleError(AurigaError, ValueError):
    """Candles that break the OHLCV contract of `auriga.candles`."""


class ParameterError(AurigaError, ValueError):
    """A parameter outside its allowed range."""


class SettingsError(AurigaError, ValueError):
    """The `regime` block of the configuration cannot be used."""


class MissingPackageError(AurigaError, ImportError):
    """An optional package that the settings ask for is not installed."""


class ExchangeError(AurigaError, RuntimeError):
    """The offline exchange cannot serve what was asked of it."""


class HostError(AurigaError, RuntimeError):
    """Freqtrade, or a file it writes, is not as expected."""


class GuardError(AurigaError, RuntimeError):
    """The entry guard cannot keep or read what it must not forget."""


class RiskError(AurigaError, ValueError):
    """A number from which no stake, stop or leverage may be computed."""


def clause(error: BaseException) -> str:
    """The message of an error as a part of a longer sentence: one line, without the full stop at its end.

    A missing key is said in words, and an error without a message is named by its class.

    Examples
    --------
    >>> f"no trades ({clause(ValueError('the file is damaged.'))}); take another file"
    'no trades (the file is damaged); take another file'
    >>> clause(KeyError("BTC/USDT")), clause(TimeoutError())
    ("there is no 'BTC/USDT'", 'TimeoutError')
    """
    text = " ".join(str(error).split())
    if isinstance(error, KeyError):
        text = f"there is no {text}"
    if not text.endswith("..."):
        text = text.removesuffix(".")
    return text or type(error).__name__


def named(error: BaseException) -> str:
    """The class of an error and its message, for what anybody's code may raise; as `clause` otherwise.

    Examples
    --------
    >>> named(ZeroDivisionError("division by zero")), named(TimeoutError())
    ('ZeroDivisionError: division by zero', 'TimeoutError')
    """
    name, text = type(error).__name__, " ".join(str(error).split())
    return f"{name}: {text.removesuffix('.')}" if text else name
