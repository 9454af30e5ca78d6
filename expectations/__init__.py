"""What a person reviews at each load: profiles of the deposits, suites, one adapter to Great Expectations."""
