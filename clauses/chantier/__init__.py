"""The candidate warehouse: built, tested, compared, then put in the place of the published one."""
