"""Where deliveries go: of each kind of receiver one file, which makes a request of an event and judges the answer."""
