"""Says in one sentence why an installation failed, from what pip and compilers print."""

from __future__ import annotations

import re

# what the log says -> what that means, and what to do; the first match counts
CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|Errno 28|Disk quota exceeded",
        "The disk is full. Free some space (or set TMPDIR to a larger disk) and run make again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "The package index answered with a certificate that this machine does not trust. Behind a "
        "company proxy, set PIP_CERT to its certificate file.",
    ),
    (
        r"DO NOT MATCH THE HASHES[^\n]*\n(?:.*\n)*?\s+(?P<what>[\w.=-]+)[^\n]* from ",
        "A downloaded package is not the one the lock file names ({what}): it was damaged "
        "or tampered with. Clear pip's cache (python3 -m pip cache purge) and run make again.",
    ),
    (
        r"ProxyError|Cannot connect to proxy|Tunnel connection failed",
        "The proxy for the package index does not answer. Check HTTPS_PROXY.",
    ),
    (
        r"(?P<what>Temporary failure in name resolution|Name or service not known|"
        r"nodename nor servname|Network is unreachable|No route to host|Connection refused|"
        r"timed out|Connection reset|Remote end closed connection)",
        "The package index cannot be reached ({what}). Is the network up? Behind a proxy, set "
        "HTTPS_PROXY; with a mirror of your own, set PIP_INDEX_URL.",
    ),
    (
        r"(?P<what>(?:401|403|407|5\d\d) (?:Client|Server) Error[^\n]{0,60})",
        "The package index refuses to serve ({what}). Check PIP_INDEX_URL and its credentials.",
    ),
    (
        r"requirement (?P<what>\S+) \(from versions: none\)",
        "The package index has nothing under the name {what}. Is the network up, and does "
        "PIP_INDEX_URL (if it is set) name a working index?",
    ),
    (
        r"No matching distribution found for (?P<what>\S+)|"
        r"Could not find a version that satisfies the requirement (?P<what2>\S+)",
        "The package index has no {what} for this Python. If a mirror is set (PIP_INDEX_URL), it "
        "may be behind; otherwise choose another Python: make PYTHON=/path/to/python3.12",
    ),
    (
        r'Dependency "?(?P<what>[\w.+-]+)"? (?:not found|found: NO)|'
        r"fatal error: (?P<what2>\S+): No such file",
        "A package could not be built here: {what} is missing. The packages it comes in stand in "
        "setup/system-packages.txt.",
    ),
    (
        r"Unknown compiler\(s\)|command '?(?:\S*gcc|cc|clang)'? failed: No such file",
        "A package could not be built here, because there is no C compiler. The packages it comes "
        "in stand in setup/system-packages.txt.",
    ),
    (
        r"Permission denied: '?(?P<what>[^'\n]+)",
        "Not allowed to write {what}. Whose folder is it?",
    ),
)


def explain(log: str, code: int = 1) -> str:
    """The cause of a failure and the way out, from all that was printed and the exit code."""
    if code in (-9, 137):
        return "The system stopped the installation, most likely for want of memory."
    for pattern, meaning in CAUSES:
        found = re.search(pattern, log)
        if found:
            named = found.groupdict()
            return meaning.format(what=named.get("what") or named.get("what2") or "")
    errors = re.findall(r"(?:^|\s)(?:ERROR|error|E): (?!\S+-\S+$)(.+)$", log, flags=re.MULTILINE)
    last = errors[-1] if errors else (log.strip().splitlines() or ["nothing was printed"])[-1]
    return f"The installation stopped: {last.strip()}"
