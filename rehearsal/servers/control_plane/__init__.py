"""The control plane's own process: keeps its programs running together, and says who is who.

Owns its programs' arguments, its certificates and the authenticator. What others see of it is
``rehearsal.servers.kubernetes``.
"""
