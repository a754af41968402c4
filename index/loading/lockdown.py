"""What the process that reads files may no longer do: write, remove, connect, start programs.

A damaged parser may be made to do what a file's maker wants. On Linux the kernel then refuses it,
by seccomp and Landlock, each where it is there. Elsewhere Python's own functions do: that holds
for code in Python, not for the machine code of a parser. SECURITY.md says what holds where.

Reading stays: of files, of modules imported later, of fonts.
"""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Iterator

from index.loading.system_calls import ARCHITECTURES, DENIED, Architecture

_PR_SET_NO_NEW_PRIVS = 38

# -- Landlock

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # numbers of the calls, the same on all processors
_ASK_VERSION = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # rights to files that are known since a version
_NETWORK = 1 | 1 << 1  # since version 4: listening and connecting by TCP
_SCOPES = 1 | 1 << 1  # since version 6: abstract Unix sockets and signals

# -- seccomp

_SET_MODE_FILTER = 1
_ALL_THREADS = 1
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _IF_EQUAL, _IF_BITS, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in what a filter sees of a call
_X32 = 0x40000000  # calls of another convention on the same processor
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_THREAD = 0x10000  # CLONE_THREAD

# -- Python's audit events

_NAMES = (
    "os.remove os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown "
    "os.utime os.setxattr os.removexattr os.exec os.fork os.forkpty os.posix_spawn os.spawn "
    "os.system os.startfile os.startfile/2 os.kill os.killpg os.chflags os.lchmod "
    "subprocess.Popen"
)
_REFUSED = frozenset(_NAMES.split())


def lock_down() -> tuple[str, ...]:
    """Give up for good what reading needs no right to, as far as the system lets go of it.

    Call it before other threads start.

    Returns:
        What holds now: `seccomp` and `landlock` with its version, or `python`.
    """
    held = (*_landlock(), *_seccomp()) if sys.platform == "linux" else ()
    if "seccomp" not in held:
        sys.addaudithook(_refuse)
        held = (*held, "python")
    return held


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def _landlock() -> tuple[str, ...]:
    """Let the kernel refuse all but reading of files, and TCP, as far as its version knows how."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1 or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return ()
    known = max(bits for since, bits in _RIGHTS.items() if since <= version)
    rules = _Ruleset(
        ((1 << known) - 1) & ~(_READ_FILE | _READ_DIR),
        _NETWORK if version >= 4 else 0,
        _SCOPES if version >= 6 else 0,
    )
    size = 8 * (1 + (version >= 4) + (version >= 6))  # an older kernel takes no longer one
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return ()
    try:
        return () if libc.syscall(_RESTRICT_SELF, ruleset, 0) else (f"landlock {version}",)
    finally:
        os.close(ruleset)


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def _seccomp() -> tuple[str, ...]:
    """Let the kernel refuse the calls on the list for this processor, if there is one."""
    known = ARCHITECTURES.get(platform.machine())
    libc = ctypes.CDLL(None, use_errno=True)
    if known is None or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return ()
    steps = list(_filter(known))
    program = _Program(len(steps), (_Instruction * len(steps))(*map(_step, steps)))
    failed = libc.syscall(known.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program))
    return () if failed else ("seccomp",)


def _step(fields: tuple[int, int, int, int]) -> _Instruction:
    return _Instruction(*fields)


def _filter(known: Architecture) -> Iterator[tuple[int, int, int, int]]:
    """Yield the filter's instructions: code, steps to skip if true and if not, value."""
    numbers = known.numbers
    refuse, lacking = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _IF_EQUAL, 1, 0, known.audit
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    yield _IF_AT_LEAST, 0, 1, _X32
    yield _RETURN, 0, 0, _KILL
    for name in DENIED:
        if name in numbers:
            yield _IF_EQUAL, 0, 1, numbers[name]
            yield _RETURN, 0, 0, refuse
    for name in ("openat2", "clone3", "io_uring_setup"):  # others do, whose arguments can be seen
        yield _IF_EQUAL, 0, 1, numbers[name]
        yield _RETURN, 0, 0, lacking
    for name, position in (("open", 1), ("openat", 2)):
        if name in numbers:
            yield _IF_EQUAL, 0, 4, numbers[name]
            yield _LOAD, 0, 0, _ARGUMENTS + 8 * position
            yield _IF_BITS, 0, 1, _WRITING
            yield _RETURN, 0, 0, refuse
            yield _RETURN, 0, 0, _ALLOW
    yield _IF_EQUAL, 0, 4, numbers["clone"]
    yield _LOAD, 0, 0, _ARGUMENTS
    yield _IF_BITS, 1, 0, _THREAD
    yield _RETURN, 0, 0, refuse
    yield _RETURN, 0, 0, _ALLOW
    for name in ("kill", "tgkill"):  # a process may end itself
        yield _IF_EQUAL, 0, 4, numbers[name]
        yield _LOAD, 0, 0, _ARGUMENTS
        yield _IF_EQUAL, 1, 0, os.getpid()
        yield _RETURN, 0, 0, refuse
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _ALLOW


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse, as a hook, what Python code wants to do beyond reading."""
    if event == "open":
        path, _, flags = arguments
        refused = not isinstance(path, int) and isinstance(flags, int) and bool(flags & _WRITING)
    else:
        refused = event in _REFUSED or event.startswith(("socket.", "shutil.", "winreg."))
    if refused:
        raise PermissionError(errno.EPERM, f"{event} is not for a process that reads files")
