"""The catalogs, one folder for each language but English, and the tool that keeps them."""
