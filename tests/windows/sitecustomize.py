"""A Python that has what Windows has: first on PYTHONPATH, it is loaded by every process of a command.

Our code sees neither the POSIX modules nor the POSIX names of `os`, `signal` and `errno`; a folder cannot be opened, a file
opened for reading only cannot be synchronised; a file that any process has open can be neither removed nor replaced, nor a
folder that holds one moved. The libraries keep their POSIX side: they are tried on Windows by their own authors.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import os
import signal
import types
from collections.abc import Callable
from contextlib import suppress
from glob import glob
from pathlib import PurePath
from typing import Any

NOTRES = {"clauses", "ingest", "expectations", "exports", "__main__", "__mp_main__"}
ABSENTS = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty", "crypt", "readline"}
NOMS: dict[str, set[str]] = {
    "os": {
        *(
            "fork",
            "forkpty",
            "killpg",
            "setsid",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "getgroups",
            "getpgid",
        ),
        *("chown", "fchown", "lchown", "fchmod", "fchdir", "mkfifo", "mknod", "statvfs", "fstatvfs", "sync"),
        *(
            "fdatasync",
            "nice",
            "uname",
            "wait",
            "wait3",
            "wait4",
            "pread",
            "pwrite",
            "readv",
            "writev",
            "sendfile",
        ),
        *(
            "getloadavg",
            "ttyname",
            "openpty",
            "sched_getaffinity",
            "sched_yield",
            "getxattr",
            "setxattr",
            "chroot",
        ),
        *("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_SYNC", "O_DSYNC", "WNOHANG", "EX_OK"),
    },
    "signal": {
        *(
            "SIGHUP",
            "SIGKILL",
            "SIGPIPE",
            "SIGALRM",
            "SIGUSR1",
            "SIGUSR2",
            "SIGXFSZ",
            "SIGXCPU",
            "SIGCHLD",
            "SIGQUIT",
        ),
        *(
            "SIGTSTP",
            "SIGSTOP",
            "SIGCONT",
            "SIGWINCH",
            "alarm",
            "setitimer",
            "pause",
            "pthread_kill",
            "sigwait",
        ),
    },
    "errno": {"EDQUOT", "ETXTBSY", "ESTALE", "EMULTIHOP", "ENOTBLK"},
}


def _tenus() -> set[str]:
    """Every file that a process of the command has open, by its path."""
    trouves = set()
    for processus in glob("/proc/[0-9]*"):
        with suppress(OSError):  # one that has just ended
            if os.getsid(int(processus[6:])) == os.getsid(0):
                for lien in glob(f"{processus}/fd/*"):
                    with suppress(OSError):
                        trouves.add(os.readlink(lien))
    return trouves


def _refuser_les_tenus(fonction: Callable[..., Any]) -> Callable[..., Any]:
    def prudente(*chemins: Any, **options: Any) -> Any:
        vises = [os.path.realpath(os.fsdecode(c)) for c in chemins if isinstance(c, str | PurePath)]
        for tenu in _tenus() if "dir_fd" not in options else ():
            for vise in vises:
                if tenu == vise or (tenu.startswith(f"{vise}/") and os.path.isfile(tenu)):
                    refus = PermissionError(errno.EACCES, "held open", tenu)
                    refus.winerror = 32  # type: ignore[attr-defined]
                    raise refus
        return fonction(*chemins, **options)

    return prudente


def _ouvrir(chemin: Any, *arguments: Any, **options: Any) -> int:
    if os.path.isdir(chemin):
        raise PermissionError(errno.EACCES, "Permission denied", chemin)
    return _os_open(chemin, *arguments, **options)


def _synchroniser(descripteur: int) -> None:
    if fcntl.fcntl(descripteur, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    _os_fsync(descripteur)


_os_open, _os_fsync = os.open, os.fsync
for nom in ("replace", "rename", "unlink", "remove"):
    setattr(os, nom, _refuser_les_tenus(getattr(os, nom)))
_vus: dict[str, types.ModuleType] = {}
for module in (os, signal, errno):
    vu = _vus[module.__name__] = types.ModuleType(module.__name__)
    vu.__dict__.update({n: v for n, v in vars(module).items() if n not in NOMS[module.__name__]})
_vus["os"].open, _vus["os"].fsync = _ouvrir, _synchroniser  # type: ignore[attr-defined]
_codes = {n: c for n, c in errno.errorcode.items() if c not in NOMS["errno"]}
_vus["errno"].errorcode = _codes  # type: ignore[attr-defined]
_importer = builtins.__import__


def _importer_sous_windows(nom: str, globaux: Any = None, *autres: Any, **nommes: Any) -> Any:
    if globaux and str(globaux.get("__name__")).partition(".")[0] in NOTRES:
        if nom in ABSENTS:
            raise ModuleNotFoundError(f"No module named {nom!r} on Windows", name=nom)
        if nom in _vus:
            return _vus[nom]
    return _importer(nom, globaux, *autres, **nommes)


builtins.__import__ = _importer_sous_windows
