"""What facilitators owe others: the account of a buyer or of an operation, the attestation of a company."""
