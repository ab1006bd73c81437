"""The parts of the fault benchmark: an office on a real database, central and desks as processes, and the count."""

PASSWORD = "Mật-khẩu-thử-1"
