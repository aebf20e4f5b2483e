"""What an output depends on."""
