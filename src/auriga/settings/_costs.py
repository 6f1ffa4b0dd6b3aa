"""What a trade costs: labels and trading rules both count in it."""

from typing import Annotated

from pydantic import Field

from auriga.settings._block import Block


class CostSettings(Block):
    """What one side of a trade costs, as fractions of its value: the exchange's fee, and slippage.

    Backtests charge both, `regime.label.threshold` counts in both sides of both.
    """

    fee_frac: Annotated[float, Field(ge=0, le=0.1)] = 0.001
    slippage_frac: Annotated[float, Field(ge=0, le=0.1)] = 0.0005

    @property
    def side_frac(self) -> float:
        """Costs of one side."""
        return self.fee_frac + self.slippage_frac

    @property
    def round_trip_frac(self) -> float:
        """Costs of entry and exit."""
        return 2 * self.side_frac
