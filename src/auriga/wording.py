"""Words that messages are put together from, so that each of them reads as one sentence."""


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


def counted(number: int, noun: str) -> str:
    """A number and what is counted, in the plural unless it is one.

    Parameters
    ----------
    number : int
    noun : str
        In the singular, with a plural that ends in s.

    Examples
    --------
    >>> counted(1, "window"), counted(2, "window"), counted(0, "saved model"), counted(3, "row of a table")
    ('1 window', '2 windows', '0 saved models', '3 rows of a table')
    """
    if number == 1:
        return f"1 {noun}"
    head, of, rest = noun.partition(" of ")
    return f"{number} {head}s{of}{rest}"
