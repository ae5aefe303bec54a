"""How requests are read and answers are written: protocols, shapes, errors."""
