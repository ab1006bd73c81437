"""Widgets and layouts: the only place with QtWidgets and with Vietnamese sentences."""
