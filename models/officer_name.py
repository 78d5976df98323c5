"""Names of officers, as every record of the desk has them."""

OFFICER_NAME = "[!-;=?-~]{1,150}"
"""`<way of signing in>:<name there>`: printable ASCII without blanks, `<` and `>`."""
