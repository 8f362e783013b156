"""The rehearsal: the bank on one machine, and drills that try to break in.

Finds or compiles the tools (``toolchain``), runs the real servers (``servers``) and Pulumi's engine
(``engine``) with stand-ins for its plugins (``providers``), and drills (``drills``). It takes the
project as any Pulumi program: of the bank it knows what the stack exports, and nothing else.
"""
