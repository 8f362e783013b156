"""CrossGuard policy packs: controls that are decided before anything is deployed.

``security``, ``data_protection`` and ``operations`` are the packs, for any Pulumi program. What
they decide is in ``controls``, as pure functions; how they answer Pulumi's engine is in
``crossguard``.
"""
