"""What params.yaml says of the power table."""

from pydantic import BaseModel, ConfigDict, Field


class PowerSettings(BaseModel):
    """How much work goes into it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cohorts: int = Field(20, ge=1)
    """Simulated cohorts that every check is asked on."""
