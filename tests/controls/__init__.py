"""Cases of the controls, family by family, and the tests that try them."""
