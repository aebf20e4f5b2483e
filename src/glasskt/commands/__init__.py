"""The commands of `glasskt`: parsing only. Each imports what it works with when it is called, for `--help` must not wait for it."""
