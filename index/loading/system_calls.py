"""Linux's system calls that reading a file never needs, by name, and their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Architecture:
    """How a kind of processor calls the kernel.

    Attributes:
        audit: What the kernel calls it in a filter.
        seccomp: Number of the call that sets a filter.
        numbers: Numbers of calls by name; what isn't there doesn't exist.
    """

    audit: int
    seccomp: int
    numbers: Mapping[str, int]


# Besides these, `open`, `openat`, `clone`, `kill` and `tgkill` are looked at by their arguments.
DENIED: Final = (
    # the network and other processes' sockets
    "socket", "socketpair", "connect", "bind", "listen", "sendto", "sendmsg", "sendmmsg",
    # files and folders
    "creat", "truncate", "ftruncate", "fallocate", "rename", "renameat", "renameat2", "mkdir",
    "mkdirat", "rmdir", "link", "linkat", "unlink", "unlinkat", "symlink", "symlinkat", "mknod",
    "mknodat", "open_by_handle_at",
    # what is known of files
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "utime",
    "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr", "fsetxattr", "setxattrat",
    "removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr",
    # programs and other processes
    "fork", "vfork", "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev",
    "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd",
    "pidfd_send_signal", "kcmp",
    # the system
    "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsmount",
    "mount_setattr", "unshare", "setns", "bpf", "perf_event_open", "userfaultfd", "add_key",
    "request_key", "keyctl", "init_module", "finit_module", "delete_module", "kexec_load",
    "reboot", "swapon", "swapoff", "acct", "sethostname", "settimeofday", "clock_settime",
    # messages and memory that other processes share
    "mq_open", "mq_unlink", "msgget", "semget", "shmget",
)  # fmt: skip

_SINCE_2018: Final = {  # numbered alike on all processors
    "pidfd_send_signal": 424, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsmount": 432, "pidfd_open": 434, "clone3": 435, "openat2": 437,
    "pidfd_getfd": 438, "mount_setattr": 442, "fchmodat2": 452, "setxattrat": 463,
    "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip

ARCHITECTURES: Final = {
    "x86_64": Architecture(
        0xC000003E,
        317,
        {
            **_SINCE_2018,
            "open": 2, "shmget": 29, "socket": 41, "connect": 42, "sendto": 44, "sendmsg": 46,
            "bind": 49, "listen": 50, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58,
            "execve": 59, "kill": 62, "semget": 64, "msgget": 68, "truncate": 76, "ftruncate": 77,
            "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87,
            "symlink": 88, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
            "ptrace": 101, "rt_sigqueueinfo": 129, "utime": 132, "mknod": 133, "pivot_root": 155,
            "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166,
            "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "init_module": 175,
            "delete_module": 176, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
            "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "tkill": 200,
            "clock_settime": 227, "tgkill": 234, "utimes": 235, "mq_open": 240, "mq_unlink": 241,
            "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "openat": 257,
            "mkdirat": 258, "mknodat": 259, "fchownat": 260, "futimesat": 261, "unlinkat": 263,
            "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "unshare": 272,
            "utimensat": 280, "fallocate": 285, "rt_tgsigqueueinfo": 297, "perf_event_open": 298,
            "open_by_handle_at": 304, "sendmmsg": 307, "setns": 308, "process_vm_readv": 310,
            "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "renameat2": 316,
            "bpf": 321, "execveat": 322, "userfaultfd": 323,
        },
    ),
    "aarch64": Architecture(
        0xC00000B7,
        277,
        {
            **_SINCE_2018,
            "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15,
            "fremovexattr": 16, "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36,
            "linkat": 37, "renameat": 38, "umount2": 39, "mount": 40, "pivot_root": 41,
            "truncate": 45, "ftruncate": 46, "fallocate": 47, "chroot": 51, "fchmod": 52,
            "fchmodat": 53, "fchownat": 54, "fchown": 55, "openat": 56, "utimensat": 88,
            "acct": 89, "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106,
            "clock_settime": 112, "ptrace": 117, "kill": 129, "tkill": 130, "tgkill": 131,
            "rt_sigqueueinfo": 138, "reboot": 142, "sethostname": 161, "settimeofday": 170,
            "mq_open": 180, "mq_unlink": 181, "msgget": 186, "semget": 190, "shmget": 194,
            "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "connect": 203,
            "sendto": 206, "sendmsg": 211, "add_key": 217, "request_key": 218, "keyctl": 219,
            "clone": 220, "execve": 221, "swapon": 224, "swapoff": 225, "rt_tgsigqueueinfo": 240,
            "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268, "sendmmsg": 269,
            "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273,
            "renameat2": 276, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        },
    ),
}  # fmt: skip
