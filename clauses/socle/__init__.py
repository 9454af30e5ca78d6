"""What every stage may know: errors, the project and its workspace, the ledger, processes, numbers in words."""
