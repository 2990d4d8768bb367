"""What a failed installation says: one sentence with the cause and the way out."""

import pytest

from diagnosis import explain

LOGS = {
    "no network": (
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...: "
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'\n"
        "ERROR: Could not find a version that satisfies the requirement cython==3.0.12\n"
        "ERROR: No matching distribution found for cython==3.0.12\n",
        "cannot be reached (Temporary failure in name resolution)",
    ),
    "full disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "The disk is full",
    ),
    "certificate": (
        "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate'))",
        "PIP_CERT",
    ),
    "another file": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have\n"
        "updated the package versions, please update the hashes.\n"
        "    typst==0.15.2 from some/where/typst.whl (from -r requirements.lock (line 3)):\n"
        "        Expected sha256 abc\n",
        "(typst==0.15.2)",
    ),
    "an empty mirror": (
        "ERROR: Could not find a version that satisfies the requirement cython==3.0.12 "
        "(from versions: none)\nERROR: No matching distribution found for cython==3.0.12\n",
        "nothing under the name cython==3.0.12. Is the network up",
    ),
    "an old mirror": (
        "ERROR: No matching distribution found for manim==0.22.0\n",
        "no manim==0.22.0 for this Python",
    ),
    "no headers": (
        '../cairo/meson.build:31:12: ERROR: Dependency "cairo" not found, tried pkgconfig\n',
        "cairo is missing",
    ),
    "no compiler": (
        "../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]\n"
        "error: metadata-generation-failed\n",
        "there is no C compiler",
    ),
    "some build": (
        "  ../meson.build:9:4: ERROR: Unexpected indentation.\nerror: metadata-generation-failed\n",
        "stopped: Unexpected indentation.",
    ),
    "not mine": ("[Errno 13] Permission denied: 'there/.venv'", "Not allowed to write there/.venv"),
    "unheard of": ("fine\nERROR: the moon is in the way\n", "stopped: the moon is in the way"),
    "silent": ("", "nothing was printed"),
}


@pytest.mark.parametrize("case", LOGS)
def test_the_cause_is_named(case: str) -> None:
    log, expected = LOGS[case]
    assert expected in explain(log)


def test_out_of_memory_leaves_only_an_exit_code() -> None:
    assert "memory" in explain("", -9)
