"""Encoders: a history of responses in; one state before each response and one after the last out."""
