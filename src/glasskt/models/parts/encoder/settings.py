"""Keys of an `encoder:` block in params.yaml."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ReadStream = Literal["context", "value"]
"""Which stream of a two-stream encoder is its state; a recurrent encoder has one."""

ATTENTION_ONLY = ("blocks", "heads")


class EncoderSettings(BaseModel):
    """Which encoder and how large."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["lstm", "attention"] = "lstm"
    """lstm: one recurrent layer; attention: the two-stream attention of the notes with relative positions."""
    width: int = Field(default=128, ge=2)
    """Size D of a state."""
    dropout: float = Field(default=0.1, ge=0, lt=1)
    blocks: int = Field(default=2, ge=1)
    heads: int = Field(default=4, ge=1)

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> "EncoderSettings":
        misplaced = [key for key in ATTENTION_ONLY if self.kind != "attention" and key in self.model_fields_set]
        if misplaced:
            raise ValueError(f"{' and '.join(misplaced)} only with kind: attention; leave out, or set kind: attention")
        if self.kind == "attention" and self.width % self.heads:
            raise ValueError(f"width {self.width} is no multiple of heads {self.heads}")
        return self
