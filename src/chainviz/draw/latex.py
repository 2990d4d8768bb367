"""LaTeX, for who asks for it and has it: the same pages of glyphs as Typst gives."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from chainviz.draw.svg import BASELINE, Page, colour_of, read_page
from chainviz.errors import ChainvizError

__all__ = ["compile_pages", "display", "marked", "marks_in", "words"]

_EM = 10.0  # points: LaTeX's own size, in which its fonts are at home
_GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi"),
    *("omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"),
)
_SIGNS = {"×": "times", "÷": "div", "−": "-", "·": "cdot", "√": "surd", "∂": "partial",
          "≈": "approx", "≤": "le", "≥": "ge", "≠": "ne", "→": "to", "∞": "infty",
          "⊙": "odot", "∑": "sum", "…": "ldots"}  # fmt: skip


def _declared() -> str:
    """LaTeX's own names for characters that may stand between words."""
    named = {_letter(name): name for name in _GREEK} | _SIGNS
    return "\n".join(
        rf"\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{\ensuremath{{{_command(name)}}}}}"
        for sign, name in named.items()
    )


def _letter(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    word = "LAMDA" if name.lower() == "lambda" else name.upper()
    return unicodedata.lookup(f"GREEK {size} LETTER {word}")


def _command(name: str) -> str:
    return f"\\{name}" if name.isalpha() else name


_PREAMBLE = rf"""\documentclass[10pt]{{article}}
\usepackage{{amsmath,amssymb,xcolor}}
{_declared()}
\pagestyle{{empty}}\parindent=0pt\textwidth=12000pt
\newcommand\baseline{{\leavevmode\rlap{{\textcolor[HTML]{{{colour_of(BASELINE).upper()}}}{{.}}}}}}
\begin{{document}}
"""
_SECONDS = 120
_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "#$%&_{}"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    | {low: rf"\textsubscript{{{figure}}}" for figure, low in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    | {high: rf"\textsuperscript{{{figure}}}" for figure, high in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
)


def words(text: str) -> str:
    """Plain words, every special character escaped."""
    return text.translate(_ESCAPES)


def display(body: str) -> str:
    """A formula in display style, on the line of the text."""
    return rf"$\displaystyle {body}$"


def marked(number: int, body: str) -> str:
    """A piece of a formula that carries a mark."""
    return rf"{{\color[HTML]{{{colour_of(number).upper()}}}{body}}}"


def marks_in(text: str) -> list[int]:
    """The marks that a piece of a formula holds already."""
    return [int(found, 16) for found in re.findall(r"\\color\[HTML\]\{([0-9A-F]{6})\}", text)]


def compile_pages(bodies: Sequence[str]) -> tuple[Page, ...]:
    """Set each body on a page of its own, in one run of LaTeX."""
    missing = [body for body in dict.fromkeys(bodies) if body not in _PAGES]
    if missing:
        _PAGES.update(zip(missing, _compile(missing), strict=True))
    return tuple(_PAGES[body] for body in bodies)


_PAGES: dict[str, Page] = {}  # a cache of pure results, never of state


def _compile(bodies: Sequence[str]) -> list[Page]:
    source = _PREAMBLE + "\n".join(rf"\baseline {body}\newpage" for body in bodies)
    with tempfile.TemporaryDirectory(prefix="chainviz-latex-") as name:
        folder = Path(name)
        (folder / "pages.tex").write_text(source + "\n\\end{document}\n", encoding="utf-8")
        _call(folder, _tool("latex"), "-interaction=nonstopmode", "-halt-on-error", "pages.tex")
        _call(folder, _tool("dvisvgm"), "--no-fonts", "--page=1-", "--output=%9p.svg", "pages.dvi")
        sheets = sorted(folder.glob("*.svg"))
        if len(sheets) != len(bodies):
            raise ChainvizError(f"LaTeX gave {len(sheets)} pages for {len(bodies)} pieces of text")
        return [read_page(sheet.read_bytes(), _EM) for sheet in sheets]


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ChainvizError(
            f"LaTeX was asked for, but there is no {name!r} here; install it (Debian: apt install "
            "texlive-latex-recommended dvisvgm), or leave the text to Typst (setter='typst')"
        )
    return found


def _call(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False, text=True,
        errors="replace",
    )  # fmt: skip
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        cause = next((line for line in said if line.startswith("!")), (said or ["no word"])[-1])
        raise ChainvizError(f"{Path(command[0]).name} failed: {cause.lstrip('! ')}")
