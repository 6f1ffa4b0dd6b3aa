"""Words that messages are put together from, so that each of them reads as one sentence."""


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
