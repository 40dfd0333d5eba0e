# SPDX-License-Identifier: Apache-2.0
"""Since version 2 the client tells its calls itself."""

import anthropic

from conversations import with_anthropic
from telemetry import tracing, turn

with tracing(), turn():
    with_anthropic(anthropic)
