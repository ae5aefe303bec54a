from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction of the change. Arguments: tenant_id (UUID), user_ids (list of UUID).
members_changed = Signal()
# Likewise, of those who are put out: disabled, deleted, or only what they were given is to end.
members_out = Signal()
