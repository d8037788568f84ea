"""One page, one module; its templates are in the folder of the same name."""
