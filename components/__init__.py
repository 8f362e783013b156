"""What a bank stands on: Pulumi components that know clouds and servers, and no banking."""
