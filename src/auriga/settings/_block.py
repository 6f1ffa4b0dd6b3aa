"""What all blocks of settings have in common."""

from pydantic import BaseModel, ConfigDict


class Block(BaseModel):
    """Common behaviour of all blocks: no unknown keys, no silent conversions, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=True)
