"""CrossGuard policy packs: controls that are decided before anything is deployed.

``security``, ``data_protection`` and ``operations`` are packs for any Pulumi program, ``all`` is
the three as one, for a third of the engine's questions. What they decide is in ``controls``, as
pure functions; how they answer the engine is in ``crossguard``.
"""
