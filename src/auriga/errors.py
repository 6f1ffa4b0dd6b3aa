"""Exceptions of the package: each message names the value and the remedy."""


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
