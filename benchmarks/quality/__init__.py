"""quality: how good the named recipes are, over several seeds."""
