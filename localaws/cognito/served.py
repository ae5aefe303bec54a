from __future__ import annotations

from localaws.cognito import attributes, developer, directory, pools, public, roles, tags

SERVED = (
    pools.SERVED | roles.SERVED | attributes.SERVED | public.SERVED | developer.SERVED | directory.SERVED | tags.SERVED
)
