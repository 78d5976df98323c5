"""The ledger of deliveries held against alerts and orders: what was sent to whom, and whether that is all."""
