"""TWAIN's structures and function types, written down from the specification of TWAIN 2.4 and not from pytwain."""

from __future__ import annotations

from ctypes import CFUNCTYPE, POINTER, Structure, c_char, c_int16, c_int32, c_uint16, c_uint32, c_void_p


class Capability(Structure):
    _pack_ = 2
    _fields_ = [("cap", c_uint16), ("container", c_uint16), ("handle", c_void_p)]


class Identity(Structure):
    _pack_ = 2
    _fields_ = [
        ("id", c_uint32),
        ("version", c_uint16 * 4),
        ("info", c_char * 34),
        ("major", c_uint16),
        ("minor", c_uint16),
        ("groups", c_uint32),
        ("manufacturer", c_char * 34),
        ("family", c_char * 34),
        ("name", c_char * 34),
    ]


class Status(Structure):
    _pack_ = 2
    _fields_ = [("condition", c_uint16), ("data", c_uint16)]


class Event(Structure):
    _pack_ = 2
    _fields_ = [("event", c_void_p), ("message", c_uint16)]


class Pending(Structure):
    _pack_ = 2
    _fields_ = [("count", c_uint16), ("eoj", c_uint32)]


class ImageInfo(Structure):
    _pack_ = 2
    _fields_ = [
        ("xres", c_uint32),
        ("yres", c_uint32),
        ("width", c_int32),
        ("length", c_int32),
        ("samples", c_int16),
        ("per_sample", c_int16 * 8),
        ("bits", c_int16),
        ("planar", c_uint16),
        ("pixel_type", c_int16),
        ("compression", c_uint16),
    ]


class Layout(Structure):
    _pack_ = 2
    _fields_ = [("frame", c_int16 * 8), ("numbers", c_uint32 * 3)]


ALLOCATE, FREE = CFUNCTYPE(c_void_p, c_uint32), CFUNCTYPE(None, c_void_p)
LOCK, UNLOCK = CFUNCTYPE(c_void_p, c_void_p), CFUNCTYPE(None, c_void_p)
ENTRY = CFUNCTYPE(c_uint16, POINTER(Identity), POINTER(Identity), c_uint32, c_uint16, c_uint16, c_void_p)


class EntryPoint(Structure):
    _pack_ = 2
    _fields_ = [("size", c_uint32), *((name, c_void_p) for name in ("entry", "allocate", "free", "lock", "unlock"))]
