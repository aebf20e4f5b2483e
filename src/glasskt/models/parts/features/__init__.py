"""Features: numbers that sum up a student's history before each response, the same for every family that reads them."""
