"""`python -m dispatcher_maker.cli` is `dispatcher-send`."""

import sys

from .main import main

sys.exit(main())
