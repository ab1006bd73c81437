"""What a form was filled with: what is printed again is filled with the same."""

from __future__ import annotations

import json
from dataclasses import dataclass

from officer_console.documents.fields import Data


@dataclass(frozen=True, slots=True)
class Content:
    """The data of a paper without what differs from print to print: its code, its own number, which print it is.

    ``form`` is the digest of the definition they were put together for.
    """

    form: str
    data: Data

    def text(self) -> str:
        """Return it as it is kept."""
        return json.dumps({"form": self.form, "data": self.data}, ensure_ascii=False)


def parsed(text: str) -> Content:
    """Return what ``Content.text`` has written."""
    found = json.loads(text)
    return Content(form=found["form"], data=found["data"])
