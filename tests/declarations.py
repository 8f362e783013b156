"""What every declaration of a domain has to have, for those that tests write."""

IMAGE = "registry.corp.bank.internal/notary@sha256:" + "1" * 64
