"""The central register as the program sees it: the only user of ``requests``."""
