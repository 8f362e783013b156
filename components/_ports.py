"""Where the bank's own workloads answer. Others' ports stand where they are connected to."""

REST, GRPC = 8080, 9090
"""What others may call."""
HEALTH = 8081
"""What the node asks, and nobody else: whether the workload is up, and whether it is ready."""
