"""JSON Schemas of what lies on the topics, generated from the types, with good and bad examples beside them."""
