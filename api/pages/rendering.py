"""Render templates: what they show is escaped, and a name that isn't there is an error."""

import html
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.pages.addresses import WORDING_FOLDER, path_of, web_address, with_parameters
from api.pages.districts.structured_data import dataset_of
from api.pages.languages import languages
from api.pages.manual.pages import manual_files
from api.pages.operations import TEMPLATE_FOLDER
from api.pages.stylesheet import stylesheet_path


@cache
def environment() -> Environment:
    """The environment of all templates."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "dataset_of": dataset_of,
        "languages": languages(),
        "path_of": path_of,
        "stylesheet": stylesheet_path(),
        "with_parameters": with_parameters,
    }
    made.filters |= {
        "as_json": as_json,
        "highlighted": highlighted,
        # Of HTML that a page shows as text.
        "in_html": html.escape,
        "in_language": in_language,
        "quoted": quote,
        "web_address": web_address,
    }
    return made


def render(template: str, context: Mapping[str, Any]) -> bytes:
    """Render a template to a page."""
    return environment().get_template(template).render(context).encode("utf-8")


def as_json(value: object) -> str:
    """A value as JSON, in a line."""
    return orjson.dumps(value).decode()


def highlighted(highlight: Mapping[str, Any]) -> Markup:
    """The text of a highlight with its ranges marked."""
    text, parts, at = highlight["text"], [], 0
    for found in highlight["ranges"]:
        parts += [escape(text[at : found["start"]]), Markup("<mark>%s</mark>") % text[found["start"] : found["end"]]]
        at = found["end"]
    return Markup("").join([*parts, escape(text[at:])])


def in_language(highlights: Sequence[Mapping[str, Any]], tag: str) -> Sequence[Mapping[str, Any]]:
    """The highlights to show: those in a language, or all if there are none; at most three."""
    return ([one for one in highlights if one["language"] == tag] or list(highlights))[:3]


@cache
def presentation_digest() -> bytes:
    """A digest of what decides how a page looks: templates, operations, wording, the manual, stylesheet, charts."""
    digest = blake2b()
    folders = (TEMPLATE_FOLDER, WORDING_FOLDER)
    for path in (*(one for folder in folders for one in sorted(folder.rglob("*"))), *manual_files()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(stylesheet_path().encode())
    return digest.digest()
