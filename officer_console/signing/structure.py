"""A signature's field in the structure of a tagged document, so that a screen reader finds it (PDF/UA-1, 7.18)."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.writer import BasePdfFileWriter


def describe(writer: BasePdfFileWriter, field: DictionaryObject, spoken: str, *, first: bool) -> None:
    """Name the field, and put a document's ``first`` one last into its structure, where that is as we write it.

    That is: one element at the top whose children are a list, and a parent tree without further levels. Further
    signatures leave the structure alone: what is signed already may get fields, and nothing else may change.
    """
    field["/TU"] = pdf_string(spoken)
    if not first:
        return
    tree = _value(writer.root, "/StructTreeRoot")
    children, numbers = _value(_value(tree, "/K"), "/K"), _value(_value(tree, "/ParentTree"), "/Nums")
    if not isinstance(children, ArrayObject) or not isinstance(numbers, ArrayObject):
        return
    key = int(tree["/ParentTreeNextKey"])
    element = writer.add_object(
        _dictionary(
            Type=pdf_name("/StructElem"),
            S=pdf_name("/Form"),
            P=tree.raw_get("/K"),
            Alt=pdf_string(spoken),
            K=_dictionary(Type=pdf_name("/OBJR"), Obj=_reference(writer, field), Pg=field.raw_get("/P")),
        )
    )
    children.append(element)
    numbers.extend((_number(key), element))
    tree["/ParentTreeNextKey"] = _number(key + 1)
    field["/StructParent"] = _number(key)
    for changed in (children, numbers, tree):
        writer.update_container(changed)


def _value(holder: object, key: str) -> Any:  # noqa: ANN401 - any of PDF's kinds
    """Return a value, looked up where it is a reference; ``None`` where there is none."""
    return holder[key] if isinstance(holder, DictionaryObject) and key in holder else None


def _reference(writer: BasePdfFileWriter, field: DictionaryObject) -> generic.IndirectObject:
    fields = writer.root["/AcroForm"]["/Fields"]
    references = (fields.raw_get(place) for place in range(len(fields)))
    found: generic.IndirectObject = next(each for each in references if each.get_object() is field)
    return found


def _dictionary(**entries: generic.PdfObject) -> DictionaryObject:
    named = {pdf_name(f"/{name}"): value for name, value in entries.items()}
    return DictionaryObject(named)  # type: ignore[no-untyped-call]


def _number(value: int) -> generic.NumberObject:
    return generic.NumberObject(value)  # type: ignore[no-untyped-call]
