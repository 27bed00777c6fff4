"""The pydantic models of the values in a seed file: figures, periods, changes, ranks and citations."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from loaders.documents import AreaLevel, ChangeBasis, Comparator, Direction, PeriodKind, RankBasis, RankKind
from loaders.values.edtf import parse_edtf
from seeds.format.base import Model
from seeds.format.fields import Edtf, Figure, Line, Sha256, Slug, UnitCode, Whole
from seeds.format.texts import LocalizedText

_NUMBERED: Final = frozenset({"PLACE", "BAND", "TIER"})


class Quantity(Model):
    """A figure as published: 152.58亿 is value 152.58 with multiplier 8."""

    value: Figure
    multiplier: Annotated[Whole, Field(ge=0, le=18)] = 0
    comparator: Comparator = "EQ"
    max_value: Figure | None = None
    unit: UnitCode

    @model_validator(mode="after")
    def _range_has_both_ends(self) -> Self:
        if self.comparator == "RANGE" and (self.max_value is None or self.max_value <= self.value):
            raise ValueError("comparator RANGE needs a maxValue above value")
        if self.comparator != "RANGE" and self.max_value is not None:
            raise ValueError("maxValue belongs to comparator RANGE; remove it or set the comparator")
        return self


class Period(Model):
    """A stretch of time; `edtf` gives its days, and is left out where the source names none.

    `kind` follows from the days, or is CUMULATIVE. It may also be RANGE if `edtf` is an interval.
    """

    kind: PeriodKind
    edtf: Edtf | None = None
    label: LocalizedText

    @model_validator(mode="after")
    def _kind_fits_edtf(self) -> Self:
        if self.edtf is None:
            return self
        kind = parse_edtf(self.edtf).kind
        is_interval = self.kind == "RANGE" and "/" in self.edtf
        if self.kind not in {kind, "CUMULATIVE"} and not is_interval:
            raise ValueError(f"edtf {self.edtf} is of kind {kind}, not {self.kind}; make them agree")
        return self


class Change(Model):
    """How a figure changed, and compared with what."""

    basis: ChangeBasis
    direction: Direction
    quantity: Quantity
    from_: Quantity | None = Field(default=None, alias="from")
    to: Quantity | None = None
    like_for_like: bool = False
    reference: Period | None = None

    @model_validator(mode="after")
    def _sign_is_in_direction(self) -> Self:
        value = self.quantity.value
        if value < 0 or (value == 0) != (self.direction == "FLAT"):
            raise ValueError("a change's quantity is positive and its direction UP or DOWN (or 0 and FLAT)")
        return self


class Rank(Model):
    """A place among peers: kind PLACE, BAND (the first 50) or TIER needs a position, the other kinds have none.

    `scope` is left out where the source doesn't name the peers.
    """

    kind: RankKind = "PLACE"
    position: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    of: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    scope: AreaLevel | None = None
    area: LocalizedText | None = None
    by: LocalizedText | None = None
    basis: RankBasis | None = None
    among: LocalizedText | None = None
    tied: bool = False
    edition: LocalizedText | None = None
    streak: Annotated[Whole, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _position_fits_kind(self) -> Self:
        if self.kind not in _NUMBERED and self.position is not None:
            raise ValueError(
                f"a rank of kind {self.kind} has no position; remove it, or write kind PLACE for a numbered place"
            )
        if self.kind in _NUMBERED and self.position is None:
            raise ValueError(f"a rank of kind {self.kind} needs a position; without one, use LEADING")
        if self.of is not None and self.position is not None and self.position > self.of:
            raise ValueError(f"position {self.position} is greater than the number of peers, {self.of}")
        return self


class Citation(Model):
    """The evidence of a statement: a source of this document and a place in it, such as L5."""

    source: Slug
    locator: Line


Citations = Annotated[list[Citation], Field(min_length=1, max_length=100)]


class KeptText(Model):
    """The text of a source as an editor has kept it in a file: its SHA-256, and its lines that are not blank.

    For editors alone (`python -m seeds verify-source`); it is not published.
    """

    sha256: Sha256
    lines: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
