"""Fictitious deposits in every form the loader must read, with the figures that must come out of them."""

from clauses.demo.dossier import ResumeDemo, ecrire_demo
from clauses.demo.echelles import ECHELLES

__all__ = ["ECHELLES", "ResumeDemo", "ecrire_demo"]
