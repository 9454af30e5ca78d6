"""What leaves the warehouse: reports, workbooks, publications."""
