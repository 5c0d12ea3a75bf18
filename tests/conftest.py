"""What holds for every test."""

from __future__ import annotations

import signal

# Shells let what they start in the background ignore Ctrl-C, and so would all commands that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
