"""`harmwatch board` and `offender`."""
