from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction in which a tenant was linked to AWS, linked elsewhere or resumed. Arguments: link.
aws_linked = Signal()
