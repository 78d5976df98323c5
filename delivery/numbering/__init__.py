"""The numbers of a subscription: what each is made of, and how far its receiver may ask back."""
