"""How a server that answers for days keeps its memory small."""

import ctypes
import platform

_M_ARENA_MAX = -8  # of glibc's mallopt
_ARENAS = 2


def limit_arenas() -> None:
    """Let all threads share two arenas of glibc's malloc, from now on.

    It would make up to eight a core, each with holes where answers were made: a chat under load
    would hold 700 MB, and ever more, in place of 460. Does nothing where malloc isn't glibc's.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
