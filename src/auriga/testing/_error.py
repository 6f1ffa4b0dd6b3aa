"""What a check raises."""


class ContractError(AssertionError):
    """Code that breaks a promise: the message names it, a candle, the value there, and the remedy.

    It is an `AssertionError`, so test runners show it as a failed test and not as an error.
    """
