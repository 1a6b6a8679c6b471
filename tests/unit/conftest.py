"""Being here, it puts the objects that unit tests share on the path."""
