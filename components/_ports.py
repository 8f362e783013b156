"""The ports of our own containers and their services, all TCP. Others' are where those are."""

REST = 8080
"""HTTP that others ask for; named ``http``."""
GRPC = 9090
"""gRPC that others ask for; named ``grpc``."""
HEALTH = 8081
"""What the node asks whether a container lives and is ready; named ``health``, in no service."""
