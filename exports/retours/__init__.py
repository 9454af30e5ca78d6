"""What a refresh sends back to those who deposited: findings, their meaning, the report."""
