from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# What is loaded by now stays for good, so that the collector need not look through it again and again: it took a fifth
# of the time of a page.
gc.collect()
gc.freeze()
