"""Limits a process sets to itself before it touches foreign bytes: memory, time, files."""

from __future__ import annotations

import ctypes
import mmap
import sys
from pathlib import Path

MEMORY_BYTES = 600 * 1024 * 1024
# A process that keeps more than this when it has nothing to do would refuse the next large page.
_KEPT_BYTES = 200 * 1024 * 1024
_PROCESS_MEMORY = 0x100
_ONE_PROCESS = 0x8
_EXTENDED_LIMITS = 9


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_working_set", ctypes.c_size_t),
        ("largest_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def confine() -> None:
    """Bound this process for good: `MEMORY_BYTES`, no core dump, no file written (POSIX), no child process (Windows).

    Raises:
        OSError: the system refused; nothing foreign may be decoded then.
    """
    if sys.platform == "win32":
        _confine_by_job()
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def work_at_most(seconds: float) -> None:
    """Have the system end this process when it works ``seconds`` from now; 0: it may work as long as it likes (POSIX).

    Its own processor time counts: a picture is as dear on a busy machine, only later there.
    """
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)


def is_bloated() -> bool:
    """Tell whether this process, at rest, has taken so much memory that it had better be replaced (Linux)."""
    if sys.platform != "linux":
        return False
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * mmap.PAGESIZE > _KEPT_BYTES


def _confine_by_job() -> None:
    if sys.platform == "win32":
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        limits = ExtendedLimits(process_memory=MEMORY_BYTES)
        limits.basic.flags = _PROCESS_MEMORY | _ONE_PROCESS
        limits.basic.active_processes = 1
        # The handle stays open as long as this process: the job ends with it.
        job = kernel.CreateJobObjectW(None, None)
        size = ctypes.sizeof(limits)
        if (
            not job
            or not kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size)
            or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())
