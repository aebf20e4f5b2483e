"""Item response theory: the targets, and the guards that keep an unsound scale from being handed on."""
