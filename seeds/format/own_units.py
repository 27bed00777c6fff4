"""The pydantic models of units that a data set counts by itself: in a district's file, or in `units.yaml` beside."""

from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from loaders.comparability import PluralCategory
from loaders.values.unit_names import plural_categories
from seeds.format.base import Model
from seeds.format.fields import Line, NewUnitCode, PluralLanguage

MAX_UNITS: Final = 1000


class OwnUnit(Model):
    """What a data set counts beside the units of the registry; `names` by language and CLDR's plural category."""

    code: NewUnitCode
    names: Annotated[dict[PluralLanguage, dict[PluralCategory, Line]], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _has_the_forms_of_each_language(self) -> Self:
        for tag, forms in self.names.items():
            known = plural_categories(tag) or {"other"}
            if unknown := sorted(forms.keys() - known):
                raise ValueError(
                    f"{tag} has no plural category {', '.join(unknown)} in CLDR; write {', '.join(sorted(known))}"
                )
            if "other" not in forms:
                raise ValueError(f"the names in {tag} lack the form other, for numbers without one of their own")
        return self


class SharedUnits(Model):
    """A file of units that districts share (`seeds.format.shared`)."""

    units: Annotated[list[OwnUnit], Field(min_length=1, max_length=MAX_UNITS)]


def unit_codes(value: Any) -> set[str]:
    """The codes of the units that a document defines by itself. It may be invalid."""
    units = value.get("units") if isinstance(value, dict) else None
    codes = (one.get("code") for one in (units if isinstance(units, list) else ()) if isinstance(one, dict))
    return {code for code in codes if isinstance(code, str)}
