"""The numbers of a subscription: what each is made of."""
