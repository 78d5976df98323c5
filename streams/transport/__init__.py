"""How records come in and go out: Faust's transport and what aiokafka lacks."""
