"""The desk's pages. A new one is a module with a builder and a line in :mod:`app.desk.rooms`."""
