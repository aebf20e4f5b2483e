"""What may stand in place of one linear projection from the value stream to all skills' gains (notes 001 and 002), one idea a file."""
