"""How an officer is known: users of a file, their sign-ins, or a proxy in front that has asked already."""
