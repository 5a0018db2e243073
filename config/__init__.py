"""How the site is put together and switched on."""
